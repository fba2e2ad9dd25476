import type { Config } from "../config.ts";
import { type Problems, TRY_SOON } from "../http/problem.ts";
import type { HealthCheck } from "../health/check.ts";
import type { InstallationStore } from "../installations/installation-store.ts";
import type { RepositoryStore } from "../installations/repository-store.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Subject } from "../subject.ts";
import { GitHubTelemetry } from "../telemetry/github.ts";
import type { Instruments } from "../telemetry/part.ts";
import type { Worker } from "../work/worker.ts";
import { AppCheck } from "./app-check.ts";
import { GitHub } from "./github.ts";
import { GitHubSignIn } from "./sign-in.ts";
import type { PASSING_FAILURES } from "./wire/rules/failure-codes.ts";
import { LastAnswer } from "./wire/last-answer.ts";
import { SharedWriteSlots } from "./wire/shared-write-slots.ts";
import { OwnWriteSlots } from "./wire/write-slots.ts";

interface Needs {
  readonly config: Config["github"];
  /** `null`: nobody signs in with GitHub. */
  readonly signIn: Config["signIn"];
  /** All processes count their writes to GitHub here; `null`: each counts its own. */
  readonly redis: RedisClient | null;
  /** Every process uses what a webhook reported to any of them. */
  readonly installationStore: InstallationStore;
  readonly repositoryStore: RepositoryStore;
  readonly instruments: Instruments;
  readonly worker: Pick<Worker, "pace" | "now" | "random" | "stop">;
  readonly realNow: () => Date;
}

export interface GitHubSubject extends Subject {
  readonly gitHub: GitHub;
  readonly appCheck: AppCheck;
  /** `null` if it is not configured. */
  readonly signIn: GitHubSignIn | null;
}

/** `rate_limited` is GitHub's limit on the bot, not on the caller, so the caller need not wait as long. */
export const GITHUB_PROBLEMS = {
  rate_limited: {
    ...TRY_SOON,
    meaning: "GitHub takes no more requests of the bot at the moment.",
    remedy: "Try again after `Retry-After`. The end of GitHub's limit may be later.",
  },
  github_unavailable: {
    ...TRY_SOON,
    meaning: "GitHub does not answer, or answers with an error.",
    remedy: "Try again after `Retry-After`. https://www.githubstatus.com says whether others see it too.",
  },
  resource_limits_exceeded: {
    ...TRY_SOON,
    meaning: "GitHub gave up, because the answer would have cost it too much.",
    remedy: "Try again after `Retry-After`.",
  },
  diff_unavailable: {
    ...TRY_SOON,
    meaning: "GitHub could not compute the changes of the branch.",
    remedy: "Try again after `Retry-After`.",
  },
} satisfies Problems & Record<(typeof PASSING_FAILURES)[number], unknown>;

/** Nobody is asked for what the process itself knows. */
const SEEN_EVERY_MS = 100;

/** GitHub as the App sees it. */
export function github(needs: Needs): GitHubSubject {
  const { config, redis, installationStore, repositoryStore, instruments, worker } = needs;
  const { pace, now, random, stop } = worker;
  const telemetry = new GitHubTelemetry(instruments);
  const lastAnswer = new LastAnswer(needs.realNow);
  const gitHub = new GitHub({
    config,
    lastAnswer,
    telemetry,
    log: instruments.log,
    now,
    realNow: needs.realNow,
    stop,
    slots: redis ? new SharedWriteSlots({ redis, telemetry, pace }) : new OwnWriteSlots(pace),
    reportedOf: async (id, fullName) => {
      const [installation, repository] = await Promise.all([
        installationStore.find(id),
        repositoryStore.findByName(fullName),
      ]);
      const [ofAccount, ofRepository] = [installation?.lastChange ?? null, repository?.lastChange ?? null];
      return {
        permissions: installation?.permissions ?? null,
        lastChange: ofAccount === null && ofRepository === null ? null : `${ofAccount} ${ofRepository}`,
      };
    },
    settingsShaOf: async (fullName) => (await repositoryStore.findByName(fullName))?.settingsSha ?? null,
  });
  const ask = () => gitHub.confirmApp();
  const { backOffScale } = pace;
  const appCheck = new AppCheck({ config, ask, telemetry, random, backOffScale });
  const { apiUrl } = config;
  const signIn = needs.signIn && new GitHubSignIn({ ...needs.signIn, apiUrl, telemetry, now, stop });
  return { gitHub, appCheck, signIn, problems: GITHUB_PROBLEMS, health: [healthOf(appCheck, lastAnswer)] };
}

/** Asks nobody: the App is checked all the time. */
function healthOf(appCheck: AppCheck, lastAnswer: LastAnswer): HealthCheck {
  const finding = () => ({ ...appCheck.state, facts: lastAnswer.facts });
  return {
    name: "github",
    everyMs: SEEN_EVERY_MS,
    withinMs: SEEN_EVERY_MS,
    failed: finding(),
    ask: async () => finding(),
  };
}

import { openHttpDoor } from "../../fixtures/meta-agent/http-door.ts";
import { openRedisDoor } from "../../fixtures/meta-agent/redis-door.ts";
import { followEvents, type BotEvent } from "../../fixtures/meta-agent/follow-events.ts";
import { runProject } from "../../fixtures/meta-agent/run-project.ts";
import type { SampleProject } from "../../fixtures/meta-agent/sample-project.ts";
import { landMeanwhile } from "../../fixtures/meta-agent/seed-repository.ts";
import type { SignalDoor } from "../../fixtures/meta-agent/signal-door.ts";
import { OrbError } from "../../src/errors.ts";
import type { Reporter } from "./reporter.ts";
import type { Stage } from "./stage.ts";

const PATIENCE_MS = 60_000;
const ENDS = new Set(["orb.pull_request.opened", "orb.pull_request.blocked", "orb.pull_request.failed"]);

export interface WalkResult {
  readonly project: string;
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly state: string;
    readonly draft: boolean;
    readonly labels: readonly string[];
    readonly title: string;
  };
  /** The types of the project's events, in order. */
  readonly events: readonly string[];
}

/**
 * Plays the Meta-Agent: walks the project through its phases in a real workspace, and waits for what the bot
 * makes of it.
 *
 * @throws OrbError with the bot's own reason where there is no pull request
 */
export async function walk(
  project: SampleProject,
  {
    stage,
    projectId,
    reporter,
    signal,
  }: { stage: Stage; projectId: string; reporter: Reporter; signal: AbortSignal },
): Promise<WalkResult> {
  const stop = new AbortController();
  const events: BotEvent[] = [];
  const ended = Promise.withResolvers<BotEvent>();
  const following = followEvents({
    redisUrl: stage.redisUrl,
    project: projectId,
    signal: stop.signal,
    onEvent: async (event) => {
      events.push(event);
      reporter.step("event", describe(event));
      if (ENDS.has(event.type)) ended.resolve(event);
    },
  });
  const door = alternate(
    openRedisDoor({ redisUrl: stage.redisUrl }),
    openHttpDoor({ url: stage.botUrl, token: stage.adminToken }),
  );
  try {
    const { fullName: repository, gitUrl, gitToken, workspaceRoot } = stage;
    await runProject({
      project,
      projectId,
      workspaceRoot,
      gitUrl,
      gitToken,
      repository,
      door,
      signal,
      onStep: async ({ step, detail }) => {
        reporter.step(step, detail);
        if (step === "workspace" && project.meanwhile.length > 0)
          await landMeanwhile({ project, gitUrl, gitToken });
      },
    });
    const end = await Promise.race([ended.promise, following.then(() => null), patience(signal)]);
    return toResult(end, { projectId, stage, events });
  } finally {
    stop.abort();
    await Promise.allSettled([following, door.close()]);
  }
}

function toResult(
  end: BotEvent | null,
  { projectId, stage, events }: { projectId: string; stage: Stage; events: readonly BotEvent[] },
): WalkResult {
  const {
    pullRequest: told,
    reason,
    remedy,
    code,
  } = (end?.data ?? {}) as {
    pullRequest?: { number: number };
    code?: string;
    reason?: string;
    remedy?: string;
  };
  if (!told) {
    throw new OrbError({
      code: code ?? "no_pull_request",
      reason: reason ?? `The bot did not say within ${PATIENCE_MS / 1000} s what became of it.`,
      remedy: remedy ?? `Its log is in ${stage.botLog}.`,
    });
  }
  // As GitHub has it, not as the bot says.
  const { number, state, draft, title, ...shown } = stage.github.pullRequest(stage.repository, told.number);
  const labels = shown.labels.map((key) => stage.repository.labels.get(key)?.name ?? key);
  const url = `${stage.github.url}/${stage.fullName}/pull/${number}`;
  return {
    project: projectId,
    pullRequest: { number, url, state, draft, labels, title },
    events: events.map(({ type }) => type),
  };
}

/** Every other signal over the other door: both are open, and it does not matter which is used. */
function alternate(one: SignalDoor, other: SignalDoor): SignalDoor {
  let sent = 0;
  return {
    send: (event) => (sent++ % 2 === 0 ? one : other).send(event),
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
}

function describe({ type, data }: BotEvent): string {
  const { because, reason, status } = (data ?? {}) as Record<string, string | undefined>;
  return [type, status, because ?? reason].filter(Boolean).join(" · ");
}

async function patience(signal: AbortSignal): Promise<null> {
  const waited = Promise.withResolvers<null>();
  setTimeout(() => waited.resolve(null), PATIENCE_MS).unref();
  signal.addEventListener("abort", () => waited.reject(signal.reason as Error));
  return waited.promise;
}

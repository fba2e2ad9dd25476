import { LRUCache } from "lru-cache";
import { Probot } from "probot";
import type { Config } from "../config.ts";
import { OrbError } from "../errors.ts";
import type { Logger } from "../monitoring/logger.ts";
import type { GitHubTelemetry } from "../telemetry/github.ts";
import type { Stop } from "../work/stop.ts";
import { AccountCache } from "./wire/account-cache.ts";
import { type FailedDeliveries, failedDeliveries, redeliver } from "./deeds/app-deliveries.ts";
import { ConditionalCache } from "./wire/conditional-cache.ts";
import { askGitHub, isGitHubFailure, toOrbError } from "./wire/failure.ts";
import { FileCache } from "./wire/file-cache.ts";
import {
  type AppInstallation,
  type InstallationRepository,
  listInstallationRepositories,
  listInstallations,
} from "./facts/installations.ts";
import { type Octokit, octokitClass } from "./wire/octokit.ts";
import { type Installation, RepositoryAccess } from "./wire/repository-access.ts";
import { type Repository, repositoryOf } from "./repository.ts";
import type { LastAnswer } from "./wire/last-answer.ts";
import { LimitMemory } from "./wire/limit-memory.ts";
import { hostOf } from "./wire/rules/host.ts";
import { TokenCache } from "./wire/token-cache.ts";
import { reserveTurn } from "./wire/turn.ts";
import type { WriteSlots } from "./wire/write-slots.ts";

const INSTALLATIONS_MAX = 1_000;
const REPOSITORIES_MAX = 10_000;
const INSTALLATION_KNOWN_MS = 10 * 60_000;

interface Reported {
  /** The permissions of the installation in the latest report; `null` if there was none. */
  readonly permissions: Readonly<Record<string, string>> | null;
  /**
   * The last change of the repository, its rules and those of its account; `null` if none was reported. It is only compared:
   * after another change it is another text.
   */
  readonly lastChange: string | null;
}
const NOTHING_REPORTED: Reported = { permissions: null, lastChange: null };

interface Deps {
  readonly config: Config["github"];
  readonly telemetry: GitHubTelemetry;
  readonly log: Logger;
  readonly now: () => Date;
  /** The real time, even if `now` is simulated: GitHub refuses an App that is early or late. */
  readonly realNow: () => Date;
  /** Ends waits and requests when the process ends; without it they end by themselves. */
  readonly stop?: Stop;
  /** Counts the writes to GitHub. */
  readonly slots: WriteSlots;
  readonly lastAnswer?: LastAnswer;
  /** How long to wait for an answer; tests make it short. */
  readonly answerMs?: number | undefined;
  /** What GitHub has reported to any process about an installation and one of its repositories. */
  readonly reportedOf?: (installationId: number, fullName: string) => Promise<Reported>;
  /** The last push that changed a repository's settings file, as reported to any process; `null` if none was. */
  readonly settingsShaOf?: (fullName: string) => Promise<string | null>;
}

/** GitHub, as the App sees it: finds the installation of a repository, and uses its token and its pace. */
export class GitHub {
  /** Of links to GitHub's pages, such as `github.com`. */
  readonly host: string;
  readonly #deps: Deps;
  readonly #probot: Probot;
  readonly #tokens = new TokenCache();
  readonly #limits: LimitMemory;
  readonly #files = new FileCache();
  readonly #installations = new LRUCache<number, Promise<Installation>>({ max: INSTALLATIONS_MAX });
  readonly #installationOf = new LRUCache<string, number>({
    max: REPOSITORIES_MAX,
    ttl: INSTALLATION_KNOWN_MS,
  });
  #botLogin: string | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { config, log } = deps;
    this.#limits = new LimitMemory(deps);
    this.host = hostOf(config.apiUrl);
    this.#probot = new Probot({
      appId: config.appId,
      privateKey: config.privateKey.reveal(),
      secret: config.webhookSecret.reveal(),
      baseUrl: config.apiUrl,
      // Probot logs each request with its parameters at debug; our own log says enough.
      log: log.child({ part: "probot" }, { level: "warn" }),
      Octokit: octokitClass({ ...deps, apiUrl: config.apiUrl, tokens: this.#tokens, limits: this.#limits }),
    });
  }

  /**
   * @param fullName `owner/name`
   * @param fresh whether GitHub is asked even for what was asked a moment ago
   * @param toWrite whether the current work is going to write: it then waits for its turn before it asks anything
   * @throws OrbError `app_not_installed`, or what `classifyFailure` names; `rate_limited` while a limit lasts that GitHub
   * told any process, or if others of the installation write first
   */
  async repository(fullName: string, { fresh = false, toWrite = false } = {}): Promise<Repository> {
    const [owner = "", name = ""] = fullName.split("/");
    const { config, now, reportedOf, settingsShaOf = async () => null } = this.#deps;
    const id = await this.#installationFor(owner, name);
    const [reported] = await Promise.all([reportedOf?.(id, fullName), this.#limits.learn(String(id))]);
    if (toWrite) await reserveTurn(String(id), this.#deps);
    const { permissions, lastChange } = reported ?? NOTHING_REPORTED;
    if (permissions) this.#tokens.seeGranted(id, permissions);
    const installation = await this.#installation(id);
    const botLogin = () => this.botLogin();
    const sources = { botLogin, settingsShaOf, granted: permissions, lastChange, fresh };
    const access = { owner, name, appId: config.appId, ...installation, ...sources, now };
    return repositoryOf(new RepositoryAccess(access));
  }

  /**
   * The login under which the App acts, such as `orb-bot[bot]`: the author of its pull requests, who can't be asked
   * to review them. Read once per process: an App is renamed too rarely to matter.
   *
   * https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app
   */
  async botLogin(): Promise<string> {
    this.#botLogin ??= await this.#askBotLogin();
    return this.#botLogin;
  }

  /**
   * Asks GitHub whether it accepts the App's id and key.
   *
   * @throws OrbError with a code of `classifyFailure`; Error if the answer is not GitHub's
   */
  async confirmApp(): Promise<void> {
    await this.#askBotLogin();
  }

  /** @throws OrbError with a code of `classifyFailure` */
  installations(): Promise<readonly AppInstallation[]> {
    return askGitHub(async () => listInstallations(await this.#asApp()), this.#deps.now);
  }

  /** @throws OrbError with a code of `classifyFailure` */
  installationRepositories(installationId: number): Promise<readonly InstallationRepository[]> {
    return askGitHub(async () => {
      const { octokit } = await this.#installation(installationId);
      return listInstallationRepositories(octokit);
    }, this.#deps.now);
  }

  /**
   * A page of the App's webhook deliveries that failed.
   *
   * @param cursor of the page before; `null` for the newest
   * @throws OrbError with a code of `classifyFailure`
   */
  failedDeliveries(cursor: string | null): Promise<FailedDeliveries> {
    return askGitHub(async () => failedDeliveries(await this.#asApp(), cursor), this.#deps.now);
  }

  /**
   * Asks GitHub to deliver a webhook again.
   *
   * @throws OrbError with a code of `classifyFailure`
   */
  redeliver(attemptId: number): Promise<"asked" | "gone"> {
    return askGitHub(async () => redeliver(await this.#asApp(), attemptId), this.#deps.now);
  }

  /**
   * Forgets which installation a repository belongs to, and its token: after a 401, 403 or 404, any of which may
   * mean that the App was installed elsewhere or was given other permissions.
   */
  forget(fullName: string): void {
    const key = fullName.toLowerCase();
    const id = this.#installationOf.get(key);
    this.#installationOf.delete(key);
    if (id !== undefined) this.#tokens.forget(id);
  }

  /** As the App itself, not as one of its installations. */
  #asApp(): Promise<Octokit> {
    return this.#probot.auth();
  }

  #askBotLogin(): Promise<string> {
    return askGitHub(async () => {
      const app = await this.#asApp();
      const { data } = await app.request("GET /app");
      if (!data?.slug) throw new Error("GitHub's answer has no slug of the App");
      return `${data.slug}[bot]`;
    }, this.#deps.now);
  }

  async #installationFor(owner: string, repo: string): Promise<number> {
    const key = `${owner}/${repo}`.toLowerCase();
    const known = this.#installationOf.get(key);
    if (known !== undefined) return known;
    try {
      const app = await this.#asApp();
      const { data } = await app.request("GET /repos/{owner}/{repo}/installation", { owner, repo });
      this.#installationOf.set(key, data.id);
      return data.id;
    } catch (error) {
      const failure = toOrbError(error, this.#deps.now());
      throw isGitHubFailure(failure, "not_found") ? notInstalled(`${owner}/${repo}`, failure) : failure;
    }
  }

  /** Concurrent callers get the same object, because each installation counts the writes that go through it. */
  async #installation(id: number): Promise<Installation> {
    const known = this.#installations.get(id);
    if (known) return known;
    const opened = this.#open(id);
    this.#installations.set(id, opened);
    try {
      return await opened;
    } catch (error) {
      this.#installations.delete(id);
      throw error;
    }
  }

  async #open(id: number): Promise<Installation> {
    const { now } = this.#deps;
    return {
      octokit: await this.#probot.auth(id),
      cache: new ConditionalCache(now),
      files: this.#files.of(id),
      accounts: new AccountCache(now),
    };
  }
}

function notInstalled(fullName: string, cause: OrbError): OrbError {
  return new OrbError(
    {
      code: "app_not_installed",
      reason: `The App is not installed on ${fullName}, or the repository does not exist.`,
      remedy: "Install the App on the repository. The bot then continues by itself.",
    },
    { cause },
  );
}

import type { AccountCache } from "./account-cache.ts";
import type { ConditionalCache, Fetched } from "./conditional-cache.ts";
import { askGitHub, toOrbError } from "./failure.ts";
import type { FileCache } from "./file-cache.ts";
import type { Octokit } from "./octokit.ts";

/** The parts of an installation: an Octokit with its token and its pace, and its caches. */
export interface Installation {
  readonly octokit: Octokit;
  readonly cache: ConditionalCache;
  readonly files: Pick<FileCache, "get">;
  readonly accounts: AccountCache;
}

interface Deps extends Installation {
  readonly appId: number;
  readonly owner: string;
  readonly name: string;
  readonly botLogin: () => Promise<string>;
  readonly settingsShaOf: (fullName: string) => Promise<string | null>;
  readonly granted?: Readonly<Record<string, string>> | null;
  readonly lastChange?: string | null;
  readonly fresh?: boolean;
  readonly now: () => Date;
}

/** Access to one repository: asks through its installation, caches answers, classifies failures. */
export class RepositoryAccess {
  /** The App's own id, which distinguishes its check runs from those of others. */
  readonly appId: number;
  readonly owner: string;
  readonly name: string;
  /** The last reported change of the repository or its rules: answers from before it are not used. */
  readonly lastChange: string | null;
  /** GitHub is asked even for what was asked a moment ago. */
  readonly fresh: boolean;
  readonly files: Pick<FileCache, "get">;
  readonly accounts: AccountCache;
  /** The permissions of the installation in GitHub's latest report; `null` if there was none. */
  readonly granted: Readonly<Record<string, string>> | null;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.appId = deps.appId;
    this.owner = deps.owner;
    this.name = deps.name;
    this.lastChange = deps.lastChange ?? null;
    this.fresh = deps.fresh ?? false;
    this.files = deps.files;
    this.accounts = deps.accounts;
    this.granted = deps.granted ?? null;
  }

  /** Another repository of the same owner, as the same installation sees it. */
  sibling(name: string): RepositoryAccess {
    return new RepositoryAccess({ ...this.#deps, name });
  }

  /** The login under which the App acts, such as `orb-bot[bot]`. */
  botLogin(): Promise<string> {
    return this.#deps.botLogin();
  }

  /** The last push that changed this repository's settings file; `null` if none was reported. */
  settingsSha(): Promise<string | null> {
    return this.#deps.settingsShaOf(`${this.owner}/${this.name}`);
  }

  /** The parameters that all REST routes have in common. */
  get route(): { owner: string; repo: string } {
    return { owner: this.owner, repo: this.name };
  }

  /** @throws OrbError with a code of `classifyFailure` */
  async ask<T>(question: (octokit: Octokit) => Promise<T>): Promise<T> {
    return askGitHub(() => question(this.#deps.octokit), this.#deps.now);
  }

  /** Converts Octokit's error to an `OrbError`; any other error stays as it is. */
  failure(error: unknown): unknown {
    return toOrbError(error, this.#deps.now());
  }

  /**
   * Answers from the cache for `maxAgeMs`, unless a change was reported since, or `fresh` is set; after that by ETag.
   *
   * @param what identifies the question among all about this repository
   * @param fetch asks GitHub, with headers that let it answer 304 if nothing has changed
   */
  async cached<T>(
    what: string,
    maxAgeMs: number,
    fetch: (octokit: Octokit, headers: Record<string, string>) => Promise<Fetched<T>>,
  ): Promise<T> {
    return this.ask((octokit) =>
      this.#deps.cache.get(this.#cacheKey(what), this.fresh ? 0 : maxAgeMs, async (etag) => {
        try {
          return await fetch(octokit, etag === undefined ? {} : { "if-none-match": etag });
        } catch (error) {
          if ((error as { status?: number }).status === 304) return "not-modified";
          throw error;
        }
      }),
    );
  }

  /** What is cached about a question, however old; `undefined` if nothing is. */
  known(what: string): unknown {
    return this.#deps.cache.peek(this.#cacheKey(what));
  }

  forget(what: string): void {
    this.#deps.cache.forget(this.#cacheKey(what));
  }

  #cacheKey(what: string): string {
    return this.key(`${what} since ${this.lastChange}`);
  }

  /** The key of a question about this repository in the installation's cache. `what` may name a branch, so case matters. */
  key(what: string): string {
    return `${this.owner}/${this.name}`.toLowerCase() + `/${what}`;
  }
}

import type { AccountCache } from "./account-cache.ts";
import type { ConditionalCache, Fetched } from "./conditional-cache.ts";
import { askGitHub, toOrbError } from "./failure.ts";
import type { FileCache } from "./file-cache.ts";
import type { Octokit } from "./octokit.ts";

/** What an installation has: an Octokit with its token and its pace, and what it was told before. */
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
  readonly now: () => Date;
}

/** The way to one repository: asks through its installation, remembers answers, names failures. */
export class RepositoryAccess {
  /** Of the App itself: its deeds are told from those of others by it. */
  readonly appId: number;
  readonly owner: string;
  readonly name: string;
  readonly files: Pick<FileCache, "get">;
  readonly accounts: AccountCache;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.appId = deps.appId;
    this.owner = deps.owner;
    this.name = deps.name;
    this.files = deps.files;
    this.accounts = deps.accounts;
  }

  /** Another repository of the same owner, as the same installation sees it. */
  sibling(name: string): RepositoryAccess {
    return new RepositoryAccess({ ...this.#deps, name });
  }

  /** The login under which the App acts, such as `orb-bot[bot]`. */
  botLogin(): Promise<string> {
    return this.#deps.botLogin();
  }

  /** The push that changed this repository's file of settings last; `null` where none was told of. */
  settingsSha(): Promise<string | null> {
    return this.#deps.settingsShaOf(`${this.owner}/${this.name}`);
  }

  /** The part that all of REST's routes have in common. */
  get route(): { owner: string; repo: string } {
    return { owner: this.owner, repo: this.name };
  }

  /** @throws OrbError with a code of `classifyFailure` */
  async ask<T>(question: (octokit: Octokit) => Promise<T>): Promise<T> {
    return askGitHub(() => question(this.#deps.octokit), this.#deps.now);
  }

  /** Octokit's error as the house's; anything else as it is. */
  failure(error: unknown): unknown {
    return toOrbError(error, this.#deps.now());
  }

  /**
   * Answers from memory for `maxAgeMs`, after that by ETag.
   *
   * @param what names the question among those about this repository
   * @param fetch asks GitHub, with the headers that make a 304 of what is known
   */
  async cached<T>(
    what: string,
    maxAgeMs: number,
    fetch: (octokit: Octokit, headers: Record<string, string>) => Promise<Fetched<T>>,
  ): Promise<T> {
    return this.ask((octokit) =>
      this.#deps.cache.get(this.key(what), maxAgeMs, async (etag) => {
        try {
          return await fetch(octokit, etag === undefined ? {} : { "if-none-match": etag });
        } catch (error) {
          if ((error as { status?: number }).status === 304) return "not-modified";
          throw error;
        }
      }),
    );
  }

  forget(what: string): void {
    this.#deps.cache.forget(this.key(what));
  }

  /** Names something about this repository among all that the installation remembers. Branches mind their case. */
  key(what: string): string {
    return `${this.owner}/${this.name}`.toLowerCase() + `/${what}`;
  }
}

// Everything that one local GitHub consists of, passed to every act, route and page: state, git, clock, events.

import type { BareRepository } from "./git/bare-repository.ts";
import { BareRepository as OpenRepository } from "./git/bare-repository.ts";
import { EventBus } from "./event-bus.ts";
import { notFound } from "./github-error.ts";
import type { App, GitHubState, Issue, PullRequest, Repository } from "./state.ts";
import type { Account } from "./account.ts";
import type { WorldEvent } from "./world-event.ts";

/** Who acts: a person, or an App's bot through one of its installations. */
export interface Actor {
  readonly account: Account;
  readonly app: App | null;
}

export interface WorldOptions {
  /** `http://127.0.0.1:PORT`: root of pages, API and git alike. */
  readonly origin: string;
  /** Folder of the bare repositories. */
  readonly rootDir: string;
  readonly now: () => Date;
  /** How many reads of a pull request answer `mergeable: null` before the value is known. */
  readonly mergeableNullReads: number;
}

type Unstamped<Event> = Event extends WorldEvent ? Omit<Event, "at"> : never;

// Real ids are large, and a test must notice when an id is mistaken for a pull request's number.
const FIRST_ID = 1_000_001;

export class World {
  readonly state: GitHubState = {
    accounts: new Map(),
    teams: new Map(),
    repositories: new Map(),
    formerNames: new Map(),
    apps: new Map(),
    installations: new Map(),
    installationTokens: new Map(),
    userTokens: new Map(),
    oauthCodes: new Map(),
    members: new Map(),
    teamMembers: new Map(),
    hookDeliveries: [],
  };
  readonly events = new EventBus();
  readonly origin: string;
  readonly rootDir: string;
  readonly now: () => Date;
  readonly mergeableNullReads: number;
  /** Who is signed in to the pages of GitHub, in every browser; `null`: nobody. */
  signedIn: Account | null = null;
  readonly #open = new Map<number, BareRepository>();
  readonly #turns = new Map<number, Promise<unknown>>();
  #nextId = FIRST_ID;

  constructor({ origin, rootDir, now, mergeableNullReads }: WorldOptions) {
    this.origin = origin;
    this.rootDir = rootDir;
    this.now = now;
    this.mergeableNullReads = mergeableNullReads;
  }

  /** A number that nothing else here has, and the global id of the same object in GraphQL and webhooks. */
  newIdentity(prefix: NodePrefix): { readonly id: number; readonly nodeId: string } {
    const id = this.#nextId++;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(id));
    return { id, nodeId: `${prefix}_kwDO${bytes.toString("base64url")}` };
  }

  git(repository: Repository): BareRepository {
    const open = this.#open.get(repository.id) ?? new OpenRepository(repository.gitDir);
    this.#open.set(repository.id, open);
    return open;
  }

  /** Runs the changes of a repository's refs one after the other, so that each sees the result of the one before. */
  inTurn<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(repository.id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#turns.set(
      repository.id,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /** Stamps an event with the time and passes it to every listener. */
  async raise(event: Unstamped<WorldEvent>): Promise<void> {
    await this.events.raise({ ...event, at: this.now() });
  }

  /** A repository by its current name, ignoring case; `null` if none has it. */
  findRepository(owner: string, name: string): Repository | null {
    const wanted = `${owner}/${name}`.toLowerCase();
    for (const repository of this.state.repositories.values()) {
      if (fullName(repository).toLowerCase() === wanted) return repository;
    }
    return null;
  }

  findAccount(login: string): Account | null {
    return this.state.accounts.get(login.toLowerCase()) ?? null;
  }
}

/** The letters with which GitHub's node ids start. */
export type NodePrefix =
  | "U"
  | "O"
  | "BOT"
  | "R"
  | "PR"
  | "I"
  | "LA"
  | "IC"
  | "PRR"
  | "PRRC"
  | "CR"
  | "A"
  | "T"
  | "REA"
  | "SC"
  | "RRS"
  | "IN";

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function isPullRequest(issue: PullRequest | Issue): issue is PullRequest {
  return "headRef" in issue;
}

/** A pull request by its number, or GitHub's 404. */
export function pullRequestOf(repository: Repository, number: number): PullRequest {
  const found = repository.pullRequests.get(number);
  if (!found) throw notFound();
  return found;
}

/** An issue or a pull request, which is also an issue, or GitHub's 404. */
export function issueOf(repository: Repository, number: number): PullRequest | Issue {
  const found = repository.pullRequests.get(number) ?? repository.issues.get(number);
  if (!found) throw notFound();
  return found;
}

/** The e-mail with which git signs for a bot or person, and back: it links a commit to an account. */
export function signatureOf(account: Account, date: Date): { name: string; email: string; date: Date } {
  return { name: account.login, email: account.email, date };
}

import { type ChangeStreamDocument, type ChangeStream, MongoClient } from "mongodb";
import type { LocalGitHub } from "../../local-github/local-github.ts";
import type { App } from "../../local-github/state.ts";
import { fullName } from "../../local-github/world.ts";
import { roundOf } from "./traffic.ts";

/**
 * Descriptions that the App wrote although it had already written a later round's: each by a process that had lost its
 * lease meanwhile.
 */
export function watchDescriptions(github: LocalGitHub, app: App): readonly string[] {
  const latest = new Map<string, number>();
  const stale: string[] = [];
  github.world.events.on((event) => {
    if (event.type !== "pull_request" || event.sender !== app.bot) return;
    if (event.action !== "opened" && event.action !== "edited") return;
    const { number, body } = event.pullRequest;
    const place = `${fullName(event.repository)}#${number}`;
    const [round, before] = [roundOf(body), latest.get(place) ?? 0];
    if (round < before) stale.push(`${place} has round ${round} after ${before}`);
    latest.set(place, Math.max(round, before));
  });
  return stale;
}

/** Which processes have held each document, one after the other. */
export class Holders {
  readonly #client: MongoClient;
  readonly #changes: ChangeStream;
  readonly #holders = new Map<string, string[]>();

  private constructor(client: MongoClient) {
    this.#client = client;
    this.#changes = client.db().watch([], { maxAwaitTimeMS: 1_000 });
    this.#changes.on("change", (change) => this.#note(change));
    this.#changes.on("error", () => {}); // the driver resumes it; if it can't, a test that needs it fails
  }

  static async watch(uri: string): Promise<Holders> {
    return new Holders(await MongoClient.connect(uri));
  }

  /** The owners of a document's leases so far, oldest first. */
  of(collection: string, id: unknown): readonly string[] {
    return this.#holders.get(`${collection} ${String(id)}`) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#changes.close();
    await this.#client.close();
  }

  #note(change: ChangeStreamDocument): void {
    if (change.operationType !== "update") return;
    const owner: unknown = change.updateDescription.updatedFields?.["work.owner"];
    if (typeof owner !== "string") return;
    const key = `${change.ns.coll} ${String(change.documentKey._id)}`;
    this.#holders.set(key, [...(this.#holders.get(key) ?? []), owner]);
  }
}

import { type Collection, MongoClient } from "mongodb";
import type { InboxEntry } from "./ledger.ts";
import type { RecordedPullRequest } from "./truth.ts";

interface StoredRecord extends RecordedPullRequest {
  readonly work: { readonly dueAt: Date | null; readonly owner: string | null };
}

/** Reads what the bot stored, past the bot: it is not asked whether it is right. */
export class Inbox {
  readonly #client: MongoClient;
  readonly #deliveries: Collection<InboxEntry>;
  readonly #pullRequests: Collection<StoredRecord>;

  private constructor(client: MongoClient) {
    this.#client = client;
    this.#deliveries = client.db().collection("deliveries");
    this.#pullRequests = client.db().collection("pull_requests");
  }

  static async connect(uri: string): Promise<Inbox> {
    return new Inbox(await MongoClient.connect(uri));
  }

  async entries(): Promise<InboxEntry[]> {
    return this.#deliveries.find({}, { projection: { status: 1, outcome: 1 } }).toArray();
  }

  async records(): Promise<StoredRecord[]> {
    return this.#pullRequests.find().toArray();
  }

  /** Whether nothing is under way: no delivery waits, and no record is looked at or due. */
  async isQuiet(now: Date): Promise<boolean> {
    const [delivery, record] = await Promise.all([
      this.#deliveries.findOne({ status: "pending" }),
      this.#pullRequests.findOne({
        $or: [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: now } }],
      }),
    ]);
    return delivery === null && record === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}

import { type Collection, MongoClient } from "mongodb";
import { Gap } from "./gap.ts";
import type { InboxEntry } from "./ledger.ts";
import type { Arrival } from "./redeliveries.ts";

/** The fields of a record about its pull request. */
export interface StoredRecord {
  readonly branch: string;
  readonly status: string;
  readonly pullRequest: {
    readonly number: number;
    readonly headSha: string;
    readonly base: string;
    readonly draft: boolean;
    readonly title: string;
    readonly labels: readonly string[];
  } | null;
  readonly seen: {
    readonly checks: { readonly verdict: string; readonly headSha: string };
    readonly review: { readonly verdict: string };
    readonly mergeability: {
      readonly value: string;
      readonly pair: { readonly headSha: string; readonly baseSha: string } | null;
      readonly stale: boolean;
    };
  } | null;
  readonly work: { readonly dueAt: Date | null; readonly owner: string | null };
}

/**
 * Work that is due this soon counts as under way: another question to GitHub about mergeability, or a write
 * that waits for its slot.
 */
const SOON_MS = 60_000;

/** Reads the bot's collections directly instead of asking the bot, whose answers are what is being measured. */
export class Inbox {
  readonly gap: Gap;
  readonly #client: MongoClient;
  readonly #deliveries: Collection<InboxEntry & Arrival>;
  readonly #pullRequests: Collection<StoredRecord>;

  private constructor(client: MongoClient) {
    this.#client = client;
    this.gap = new Gap(client.db());
    this.#deliveries = client.db().collection("deliveries");
    this.#pullRequests = client.db().collection("pull_requests");
  }

  static async connect(uri: string): Promise<Inbox> {
    return new Inbox(await MongoClient.connect(uri));
  }

  async entries(): Promise<(InboxEntry & Arrival)[]> {
    const projection = { status: 1, outcome: 1, receivedAt: 1 };
    return this.#deliveries.find({}, { projection }).toArray();
  }

  async records(): Promise<StoredRecord[]> {
    return this.#pullRequests.find().toArray();
  }

  /** Whether nothing is under way: no delivery waits, and no record is or will soon be looked at. */
  async isQuiet(now: Date): Promise<boolean> {
    const soon = new Date(now.getTime() + SOON_MS);
    const [delivery, record] = await Promise.all([
      this.#deliveries.findOne({ status: "pending" }),
      this.#pullRequests.findOne({
        $or: [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: soon } }],
      }),
    ]);
    return delivery === null && record === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}

import { type Collection, MongoClient } from "mongodb";

interface StoredTimes {
  readonly project: string;
  readonly receivedAt: Date;
  readonly openedAt: Date | null;
}

/** Reads the times that the bot itself stored, so the measurement adds nothing to them. */
export class Records {
  readonly #client: MongoClient;
  readonly #pullRequests: Collection<StoredTimes>;

  private constructor(client: MongoClient) {
    this.#client = client;
    this.#pullRequests = client.db().collection("pull_requests");
  }

  static async connect(uri: string): Promise<Records> {
    return new Records(await MongoClient.connect(uri));
  }

  /** From the signal being stored to the pull request being open; `null` if it is not open yet. */
  async openedAfterMs(project: string): Promise<number | null> {
    const record = await this.#pullRequests.findOne({ project });
    return record?.openedAt ? record.openedAt.getTime() - record.receivedAt.getTime() : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}

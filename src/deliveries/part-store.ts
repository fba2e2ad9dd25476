import { type Model, Schema, type Types } from "mongoose";
import { compress, uncompress } from "snappy";
import type { Database } from "../mongo/database.ts";
import { Deadline } from "../mongo/deadline.ts";
import { KEPT_SECONDS, WRITTEN_WITHIN_MS } from "./store.ts";

/** Far below the 16 MiB of a MongoDB document, and small enough for memory. */
const PART_BYTES = 4 * 1024 * 1024;
const PARTS_MAX = 16;

interface StoredPart {
  payload: string;
  index: number;
  bytes: Buffer;
  receivedAt: Date;
}

const schema = new Schema<StoredPart>(
  {
    payload: { type: String, required: true },
    index: { type: Number, required: true },
    bytes: { type: Buffer, required: true },
    receivedAt: { type: Date, required: true },
  },
  { id: false, versionKey: false },
);
schema.index({ payload: 1, index: 1 }, { unique: true });
schema.index({ receivedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/** Payloads that are too large for one document, in parts; each part is compressed. */
export class PartStore {
  readonly #model: Model<StoredPart>;

  constructor(database: Database) {
    this.#model = database.connection.model<StoredPart>("DeliveryPart", schema, "delivery_parts");
  }

  /**
   * Stores a payload; returns after a majority has all of it in its journal. At most one part is in memory. Each part has
   * its own deadline, so a failure of MongoDB in the middle shows as fast as one at the start.
   */
  async write(
    payload: string,
    bytes: Iterable<Buffer> | AsyncIterable<Buffer>,
    receivedAt: Date,
  ): Promise<void> {
    let index = 0;
    for await (const part of inParts(bytes)) {
      const document = { payload, index: index++, bytes: await compress(part), receivedAt };
      const deadline = new Deadline(WRITTEN_WITHIN_MS);
      await deadline.wait(this.#model.collection.insertOne(document, { timeoutMS: deadline.leftMs }));
    }
  }

  async read(payload: string): Promise<Buffer> {
    const parts = await this.#model
      .find({ payload })
      .sort({ index: 1 })
      .limit(PARTS_MAX)
      .lean<(Omit<StoredPart, "bytes"> & { _id: Types.ObjectId; bytes: { buffer: Uint8Array } })[]>();
    const whole: Buffer[] = [];
    for (const { bytes } of parts) whole.push(Buffer.from(await uncompress(bytes.buffer)));
    return Buffer.concat(whole);
  }

  async remove(payload: string): Promise<void> {
    const deadline = new Deadline(WRITTEN_WITHIN_MS);
    await deadline.wait(this.#model.collection.deleteMany({ payload }, { timeoutMS: deadline.leftMs }));
  }
}

async function* inParts(bytes: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { createGzip, gunzip, gzip } from "node:zlib";
import { OrbError } from "../errors.ts";
import { type Body, BODY_BYTES_MAX } from "./body.ts";
import type { PartStore } from "./part-store.ts";

/** The fastest: payloads are JSON, which even that makes a quarter of. */
const GZIP_LEVEL = 1;

/** A payload as it is kept: with its delivery or, where it is large, compressed in parts of its own. */
export interface KeptPayload {
  /** As it came in while the delivery is pending, for GitHub waits; compressed for good once it is done. */
  readonly payload: Uint8Array | null;
  readonly gzipped: boolean;
  /** Names the parts. */
  readonly payloadParts: string | null;
}

/** Keeps a body: a large one is durable when this returns, piece by piece, and never whole in memory. */
export async function keepPayload(body: Body, parts: PartStore, receivedAt: Date): Promise<KeptPayload> {
  const { inMemory } = body;
  if (inMemory) return { payload: inMemory, gzipped: false, payloadParts: null };
  const payloadParts = randomUUID();
  await parts.write(payloadParts, compressed(body), receivedAt);
  return { payload: null, gzipped: true, payloadParts };
}

/** The same payload, compressed, as what is to be changed in its document; nothing where it is already. */
export async function packPayload({ payload, gzipped }: KeptPayload): Promise<Partial<KeptPayload>> {
  if (gzipped || !payload) return {};
  return { payload: await promisify(gzip)(payload, { level: GZIP_LEVEL }), gzipped: true };
}

/**
 * The payload as JSON says it.
 *
 * @throws OrbError `unreadable_payload`
 */
export async function unpackPayload(
  { payload, gzipped, payloadParts }: KeptPayload,
  parts: PartStore,
): Promise<unknown> {
  const bytes = payload ?? (payloadParts === null ? new Uint8Array() : await parts.read(payloadParts));
  return parsePayload(gzipped ? await unzip(bytes) : Buffer.from(bytes));
}

/** @throws OrbError `unreadable_payload` */
export function parsePayload(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString("utf8"));
  } catch (cause) {
    throw unreadable(cause);
  }
}

async function unzip(bytes: Uint8Array): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: BODY_BYTES_MAX });
  } catch (cause) {
    throw unreadable(cause);
  }
}

async function* compressed(body: Body): AsyncGenerator<Buffer> {
  const packing = createGzip({ level: GZIP_LEVEL });
  const source = Readable.from(body.bytes());
  source.on("error", (error) => packing.destroy(error));
  try {
    for await (const chunk of source.pipe(packing)) yield chunk as Buffer;
  } finally {
    source.destroy(); // where nobody wants the rest
  }
}

function unreadable(cause: unknown): OrbError {
  return new OrbError(
    {
      code: "unreadable_payload",
      reason: "The payload is not JSON.",
      remedy: "Set the content type of the App's webhook to application/json, then redeliver it on GitHub.",
    },
    { cause },
  );
}

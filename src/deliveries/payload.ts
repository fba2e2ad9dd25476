import { randomUUID } from "node:crypto";
import { compressSync, uncompress } from "snappy";
import { OrbError } from "../errors.ts";
import type { Body } from "./body.ts";
import type { PartStore } from "./part-store.ts";

/** A payload as it is stored, compressed: in its delivery's document or, if it is large, in separate parts. */
export interface KeptPayload {
  readonly payload: Uint8Array | null;
  /** The id of the parts. */
  readonly payloadParts: string | null;
}

/**
 * Stores a body. A large one is written in parts, is never whole in memory, and is durable when this returns. The others
 * are compressed at once, because GitHub waits: Snappy reduces them to a third, and costs less than sending and storing
 * the rest would.
 */
export async function keepPayload(body: Body, parts: PartStore, receivedAt: Date): Promise<KeptPayload> {
  const { inMemory } = body;
  // Measured: memory outside the heap causes more garbage collection than a copy costs.
  if (inMemory) return { payload: compressSync(inMemory, { copyOutputData: true }), payloadParts: null };
  const payloadParts = randomUUID();
  await parts.write(payloadParts, body.bytes(), receivedAt);
  return { payload: null, payloadParts };
}

/**
 * Parses the payload's JSON.
 *
 * @throws OrbError `unreadable_payload`
 */
export async function unpackPayload(
  { payload, payloadParts }: KeptPayload,
  parts: PartStore,
): Promise<unknown> {
  if (payloadParts !== null) return parsePayload(await parts.read(payloadParts));
  return parsePayload(payload ? Buffer.from(await uncompress(payload)) : Buffer.alloc(0));
}

/** @throws OrbError `unreadable_payload` */
export function parsePayload(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString("utf8"));
  } catch (cause) {
    throw unreadable(cause);
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

import { randomUUID } from "node:crypto";
import { compressSync, uncompress } from "snappy";
import { OrbError } from "../errors.ts";
import type { Body } from "./body.ts";
import type { PartStore } from "./part-store.ts";

/** A payload as it is kept, compressed: with its delivery or, where it is large, in parts of its own. */
export interface KeptPayload {
  readonly payload: Uint8Array | null;
  /** Names the parts. */
  readonly payloadParts: string | null;
}

/**
 * Keeps a body: a large one is durable when this returns, piece by piece, and never whole in memory. The others are
 * compressed at once, for GitHub waits: Snappy makes a third of them, and costs less than it would to send and store the rest.
 */
export async function keepPayload(body: Body, parts: PartStore, receivedAt: Date): Promise<KeptPayload> {
  const { inMemory } = body;
  // Memory that is not the heap's own makes for more garbage than a copy costs: measured.
  if (inMemory) return { payload: compressSync(inMemory, { copyOutputData: true }), payloadParts: null };
  const payloadParts = randomUUID();
  await parts.write(payloadParts, body.bytes(), receivedAt);
  return { payload: null, payloadParts };
}

/**
 * The payload as JSON says it.
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

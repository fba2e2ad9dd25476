// What all local GitHubs of a process share: it is costly to make and holds nothing of any of them. A program that loads
// modules again and again, as a test runner does for each file of tests, makes it once and hands it to each of them.

import { generateKeyPairSync } from "node:crypto";
import type * as TheEngine from "./graphql/engine.ts";
import type * as TheValidator from "./openapi/validator.ts";

export type Validator = Pick<typeof TheValidator, "validateRequest" | "validateResponse">;

export type GraphQL = Pick<typeof TheEngine, "readDocument" | "executeDocument">;

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface Kept {
  /** Compiling GitHub's schemas takes half a second. */
  readonly validator: Validator | null;
  /** Building GitHub's schema takes a quarter of a second. */
  readonly graphql: GraphQL | null;
  /** Making one takes some 40 ms. */
  readonly keyPairs: KeyPair[];
}

/** Where the process keeps it. */
export const KEPT = Symbol.for("local-github.kept");

const kept = (globalThis as { [KEPT]?: Kept })[KEPT] ?? {
  validator: null,
  graphql: null,
  keyPairs: [],
};

/** Holds requests and answers against GitHub's description. */
export async function loadValidator(): Promise<Validator> {
  return kept.validator ?? (await import("./openapi/validator.ts"));
}

/** Reads and executes documents of GitHub's GraphQL. */
export async function loadGraphQL(): Promise<GraphQL> {
  return kept.graphql ?? (await import("./graphql/engine.ts"));
}

/**
 * The key pair of the Apps that are each the `index`th of their GitHub, from 0: no two of one GitHub have the same.
 * RSA of 2048 bits in PEM, as GitHub makes them.
 */
export function keyPair(index: number): KeyPair {
  while (kept.keyPairs.length <= index) {
    kept.keyPairs.push(
      generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      }),
    );
  }
  return kept.keyPairs[index] as KeyPair;
}

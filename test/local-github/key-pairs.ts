import { generateKeyPairSync } from "node:crypto";

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Shared by all local GitHubs of a process: making one takes some 40 ms. */
const keyPairs: KeyPair[] = [];

/**
 * The key pair of the Apps that are each the `index`th of their GitHub, from 0: no two of one GitHub have the same.
 * RSA of 2048 bits in PEM, as GitHub makes them.
 */
export function keyPair(index: number): KeyPair {
  while (keyPairs.length <= index) {
    keyPairs.push(
      generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      }),
    );
  }
  return keyPairs[index] as KeyPair;
}

import type { ClientSession } from "mongoose";
import { CAUSES_MAX, type CauseKey } from "../work/rules/causes.ts";

const CAUSES = new WeakMap<ClientSession, readonly CauseKey[]>();

/** Says why everything in a transaction is written, so that no function between its start and a store has to carry that. */
export function setCauses(transaction: ClientSession, causes: readonly CauseKey[]): void {
  CAUSES.set(transaction, causes.slice(-CAUSES_MAX));
}

/** The deliveries and signals for which a transaction writes; none if it has another reason, such as the clock or a person. */
export function causesOf(transaction: ClientSession): readonly CauseKey[] {
  return CAUSES.get(transaction) ?? [];
}

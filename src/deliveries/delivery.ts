import type { Transaction } from "../mongo/database.ts";

/** One webhook of GitHub, as a handler is given it. */
export interface Delivery {
  /** GitHub's `X-GitHub-Delivery`; a redelivery has the same. */
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  /** `owner/name` */
  readonly repository: string | null;
  readonly installationId: number | null;
  readonly receivedAt: Date;
  /** What GitHub sent, unchecked: text in it is anybody's. */
  readonly payload: unknown;
}

/** How far a handler has come with what is too much for one transaction. */
export interface Reached {
  /** The last that is done: the handler's own word for it. */
  readonly after: string;
  /** How many are done. */
  readonly count: number;
}

/** What became of a delivery, and why, in a sentence for people. */
export interface Handled {
  readonly outcome: "applied" | "ignored";
  readonly because: string;
  /** There is more to do: the handler is called again with this, in a transaction of its own. */
  readonly reached?: Reached | null;
}

export interface HandlerContext {
  readonly transaction: Transaction;
  /** Where an earlier call for the same delivery left off; `null` at first. */
  readonly reached: Reached | null;
}

/** Touches stores and nothing else; may run again. */
export type DeliveryHandler = (delivery: Delivery, context: HandlerContext) => Promise<Handled>;

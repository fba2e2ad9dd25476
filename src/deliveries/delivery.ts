import type { Transaction } from "../mongo/database.ts";

/** One webhook of GitHub, as handlers receive it. */
export interface Delivery {
  /** GitHub's `X-GitHub-Delivery`; a redelivery has the same. */
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  /** `owner/name` */
  readonly repository: string | null;
  readonly installationId: number | null;
  readonly receivedAt: Date;
  /** The payload that GitHub sent, unchecked: anybody may have written the texts in it. */
  readonly payload: unknown;
}

/** How far a handler has come with work that is too much for one transaction. */
export interface Reached {
  /** The last item that is done, in the handler's own notation. */
  readonly after: string;
  /** How many are done. */
  readonly count: number;
}

/** The outcome of a delivery, and the reason as a sentence for people. */
export interface Handled {
  readonly outcome: "applied" | "ignored";
  readonly because: string;
  /** Set if there is more to do: the handler is called again with this value, in another transaction. */
  readonly reached?: Reached | null;
}

export interface HandlerContext {
  readonly transaction: Transaction;
  /** Where the previous call for the same delivery stopped; `null` in the first call. */
  readonly reached: Reached | null;
}

/** Must only touch stores, because it may run again. */
export type DeliveryHandler = (delivery: Delivery, context: HandlerContext) => Promise<Handled>;

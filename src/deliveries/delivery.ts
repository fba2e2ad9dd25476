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

/** What became of a delivery, and why, in a sentence for people. */
export type Handled = { readonly outcome: "applied" | "ignored"; readonly because: string };

/** Touches stores and nothing else; may run again. */
export type DeliveryHandler = (
  delivery: Delivery,
  context: { readonly transaction: Transaction },
) => Promise<Handled>;

import type { Transaction } from "../mongo/database.ts";

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  readonly repository: string | null;
  readonly installationId: number | null;
  readonly receivedAt: Date;
  readonly payload: unknown;
}
export type Handled = { readonly outcome: "applied" | "ignored"; readonly because: string };
/** Touches stores and nothing else; may run again. */
export type DeliveryHandler = (
  delivery: Delivery,
  context: { readonly transaction: Transaction },
) => Promise<Handled>;

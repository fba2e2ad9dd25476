import type { Refusal } from "../../errors.ts";

/** An organization, or a team of it. */
export interface Group {
  readonly organization: string;
  /** `null`: the whole organization. */
  readonly team: string | null;
}

/** Whether somebody is in a group: `pending` until they accept the invitation; a refusal if GitHub does not say. */
export type GroupMembership = "active" | "pending" | "none" | { readonly unknown: Refusal };

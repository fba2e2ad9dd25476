import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { Delivery, DeliveryHandler, Handled, HandlerContext } from "../../src/deliveries/delivery.ts";
import type { Whereabouts } from "../../src/pull-requests/record/nudge.ts";

// Parts of GitHub's payloads. Only fields that are used are read.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads

const NAME_CHARACTERS_MAX = 300;
const REF_CHARACTERS_MAX = 1_000;
const HEADS = "refs/heads/";

export const login = z.string().min(1).max(NAME_CHARACTERS_MAX);
const fullName = z
  .string()
  .regex(/^[^/]+\/[^/]+$/)
  .max(NAME_CHARACTERS_MAX);
export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
export const refName = z.string().min(1).max(REF_CHARACTERS_MAX);
export const id = z.number().int().positive();
export const repository = z.object({ id, full_name: fullName });
const accountType = z.string().max(50).nullish();
export const sender = z.object({ login, type: accountType });

/** Apps act as bots. An agent may also have an account like a person's. */
export function isPerson({ type }: z.infer<typeof sender>): boolean {
  return type === "User";
}

/** GitHub sends times as text, and in older payloads as seconds since 1970. */
export const time = z
  .union([
    z.string().transform((text) => Date.parse(text)),
    z.number().transform((seconds) => seconds * 1000),
  ])
  .refine((ms) => Number.isFinite(ms), "is no time")
  .transform((ms) => new Date(ms));

/** The value as a list, which is empty without one. */
export function present<T>(value: T | null | undefined): T[] {
  return value === null || value === undefined ? [] : [value];
}

/** The branch of a full ref; `null` for a tag. */
export function branchOf(ref: string): string | null {
  return ref.startsWith(HEADS) ? ref.slice(HEADS.length) : null;
}

export interface Context extends HandlerContext {
  readonly delivery: Delivery;
}

/** A handler of payloads of one shape. Another payload is ignored; the reason names the field that differs. */
export function handlerOf<T>(
  schema: z.ZodType<T>,
  handle: (payload: T, context: Context) => Promise<Handled>,
): DeliveryHandler {
  return async (delivery, context) => {
    const parsed = schema.safeParse(delivery.payload);
    if (parsed.success) return handle(parsed.data, { delivery, ...context });
    const [issue] = parsed.error.issues;
    return ignored(`The payload is not as GitHub describes it: ${issue?.path.join(".")} ${issue?.message}`);
  };
}

export function ignored(because: string): Handled {
  return { outcome: "ignored", because };
}

/** Makes a look at pull requests of ours due. @param about what happened, in words */
export async function nudge(
  { pullRequestStore, now }: PullRequestParts,
  { where, about }: { readonly where: Whereabouts; readonly about: string },
  { transaction }: Pick<HandlerContext, "transaction">,
): Promise<Handled> {
  return nudged(await pullRequestStore.nudge(where, { now: now(), transaction }), about);
}

/** Why a command is not stored; `null` if it is. @param missing the reason if the pull request is not ours */
export function notKept(
  outcome: Awaited<ReturnType<PullRequestParts["wakeStore"]["addRequest"]>>,
  missing: string,
): Handled | null {
  if (outcome === "no_record") return ignored(missing);
  return outcome === "too_many" ? ignored("More requests wait than are kept") : null;
}

/** @param count of the records that get a look */
export function nudged(count: number, about: string): Handled {
  if (count === 0) return ignored(`No pull request of ours: ${about}`);
  return { outcome: "applied", because: `${count} looked at again: ${about}` };
}

import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { Delivery, DeliveryHandler, Handled, HandlerContext } from "../../src/deliveries/delivery.ts";
import { isBranchName } from "../../src/signals/rules/git-ref.ts";
import { isBotLogin, isLogin, isRepositoryName } from "../../src/text/github-names.ts";
import type { Whereabouts } from "../../src/pull-requests/record/nudge.ts";

// Parts of GitHub's payloads. Only fields that are used are read. Names become keys, paths and addresses, so only names that
// GitHub can have are read. A part that is not essential is left out if it can't be used, so that the rest still counts.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads

const HEADS = "refs/heads/";
const LAST_MS = 8.64e15;

/** The word for what happened, such as `synchronize`. */
export const action = z.string().regex(/^[a-z][a-z_]{0,63}$/);
/** Of a person or an organization. */
export const accountLogin = z.string().refine(isLogin, "is no login");
const actorLogin = z.string().refine((text) => isLogin(text) || isBotLogin(text), "is no login");
const fullName = z.string().refine(isRepositoryName, "is no name of a repository");
export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
export const branchName = z.string().refine(isBranchName, "is no name of a branch");
/** A full ref: a branch or a tag. */
export const ref = z
  .string()
  .refine((name) => isBranchName(/^refs\/(?:heads|tags)\/([^]+)$/.exec(name)?.[1] ?? ""), "is no ref");
/** Beyond 2^53 a number of JSON is not exact. */
export const id = z.number().int().positive();
/** In lists of repositories it has no time. */
export const listedRepository = z.object({ id, full_name: fullName });
/** Who did it; `null` if that is missing or can't be used. */
export const sender = z
  .object({ login: actorLogin, type: z.string().max(50).nullish() })
  .nullish()
  .catch(null);
/** Names of permissions become keys. */
export const permissions = z
  .record(z.string(), z.unknown())
  .transform((given) =>
    Object.fromEntries(
      Object.entries(given).filter(
        (entry): entry is [string, string] =>
          PERMISSION.test(entry[0]) && typeof entry[1] === "string" && PERMISSION.test(entry[1]),
      ),
    ),
  );
const PERMISSION = /^[a-z][a-z0-9_]{0,99}$/;

/** A list without the items that can't be used. */
export function usable<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((items) =>
    items.flatMap((one) => {
      const parsed = item.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

/** Apps act as bots. An agent may also have an account like a person's. */
export function isPerson({ type }: NonNullable<z.infer<typeof sender>>): boolean {
  return type === "User";
}

/** GitHub sends times as text, and in older payloads as seconds since 1970. */
export const time = z
  .union([
    z.string().transform((text) => Date.parse(text)),
    z.number().transform((seconds) => seconds * 1000),
  ])
  .refine((ms) => Math.abs(ms) <= LAST_MS, "is no time")
  .transform((ms) => new Date(ms));

/** What an event is about, as it was called at that time: the time of its last change is its own, and not that of the event. */
export const repository = listedRepository.extend({ updated_at: time.nullish().catch(null) });

/** How a repository was called at the time of an event. */
export function namedIn({ id: _id, full_name: fullName, updated_at: namedAt }: z.infer<typeof repository>) {
  return { _id, fullName, namedAt: namedAt ?? null };
}

/** A repository in which a person gives a command: another one that had the name may have other people. */
export function placeOf({ id: repositoryId, full_name: repository }: z.infer<typeof listedRepository>) {
  return { repository, repositoryId };
}

/** The value as a list, which is empty without one. */
export function present<T>(value: T | null | undefined): T[] {
  return value === null || value === undefined ? [] : [value];
}

/** The branch of a full ref; `null` for a tag. */
export function branchOf(fullRef: string): string | null {
  return fullRef.startsWith(HEADS) ? fullRef.slice(HEADS.length) : null;
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

import { OrbError, type Refusal, refusalOf } from "../../errors.ts";
import { isLeaseLost } from "../../mongo/queue/lease-lost.ts";
import type { Lease } from "../../mongo/queue/leased-work.ts";
import { toMongoFailure } from "../../mongo/failure.ts";
import { afterFailure } from "../steps/rules/after-failure.ts";

export type Attempted<T> = { readonly value: T; readonly refusal: null } | { readonly refusal: Refusal };

/**
 * Does one thing for a request. A request that can't be done or answered must not block those after it, so a permanent
 * refusal, or the last of too many failures, is returned as a refusal.
 *
 * @throws a temporary failure, so that the run is tried again; `lease_lost`
 */
export async function attempt<T>({ attempts }: Lease, deed: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { value: await deed(), refusal: null };
  } catch (thrown) {
    const error = toMongoFailure(thrown);
    if (isLeaseLost(error) || (error instanceof OrbError && error.retryAt)) throw error;
    const refusal = refusalOf(error);
    if (afterFailure(refusal, { attempts, waitMs: null, random: 0 }).action === "retry") throw error;
    return { refusal };
  }
}

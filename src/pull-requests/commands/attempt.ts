import { OrbError, type Refusal, refusalOf } from "../../errors.ts";
import { type Lease, isLeaseLost } from "../../mongo/leased-work.ts";
import { afterFailure } from "../steps/rules/after-failure.ts";

export type Attempted<T> = { readonly value: T; readonly refusal: null } | { readonly refusal: Refusal };

/**
 * Does one thing for a request. A request that can't be done, or answered, must not stand in the way of all that follows
 * it: what is refused for good, or has failed as often as makes sense, comes back as a refusal.
 *
 * @throws what passes by itself, for the run to be tried again; `lease_lost`
 */
export async function attempt<T>({ attempts }: Lease, deed: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { value: await deed(), refusal: null };
  } catch (error) {
    if (isLeaseLost(error) || (error instanceof OrbError && error.retryAt)) throw error;
    const refusal = refusalOf(error);
    if (afterFailure(refusal, { attempts, waitMs: null, random: 0 }).action === "retry") throw error;
    return { refusal };
  }
}

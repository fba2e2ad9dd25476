import { OrbError, type Refusal } from "../../errors.ts";
import { canDoWithout } from "./rules/do-without.ts";

/** The answer, or why there is none. */
export type Answered<T> =
  | { readonly answer: T; readonly refusal: null }
  | { readonly answer: null; readonly refusal: Refusal };

/**
 * Asks an optional question: the pull request is opened even without the answer.
 *
 * @throws the refusal itself if it should be tried again, or concerns more than this question
 */
export async function askOptional<T>(
  question: () => Promise<T>,
  { patient }: { patient: boolean },
): Promise<Answered<T>> {
  try {
    return { answer: await question(), refusal: null };
  } catch (error) {
    if (!(error instanceof OrbError) || !canDoWithout(error, { patient })) throw error;
    return { answer: null, refusal: error.toRefusal() };
  }
}

/** The shortcoming after a refusal, by the name of the question; nothing without a refusal. */
export function lacking(what: string, refusal: Refusal | null | undefined): Refusal[] {
  return refusal ? [{ ...refusal, code: `${what}_${refusal.code}` }] : [];
}

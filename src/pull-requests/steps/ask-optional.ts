import { OrbError, type Refusal } from "../../errors.ts";
import { canDoWithout } from "./rules/do-without.ts";

/** What was answered, or why nothing was. */
export type Answered<T> =
  | { readonly answer: T; readonly refusal: null }
  | { readonly answer: null; readonly refusal: Refusal };

/**
 * Asks what a pull request is better with and does not hang on.
 *
 * @throws the refusal itself where it is worth trying again, or concerns more than this question
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

/** What a refusal leaves missing, by the name of what was asked for; nothing where nothing was refused. */
export function lacking(what: string, refusal: Refusal | null | undefined): Refusal[] {
  return refusal ? [{ ...refusal, code: `${what}_${refusal.code}` }] : [];
}

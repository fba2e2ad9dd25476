import { isSystemError } from "../../tree/failure.ts";

/**
 * Calls the system where its refusal is an answer.
 *
 * @returns the code of the refusal, such as `ENOENT`; `null` if the call was carried out
 * @throws any other error
 */
export function errnoOf(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}

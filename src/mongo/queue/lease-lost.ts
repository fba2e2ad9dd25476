import { OrbError } from "../../errors.ts";

/** Refuses an act of a process whose lease has ended. */
export function leaseLost(): OrbError {
  return new OrbError({
    code: "lease_lost",
    reason: "Another process may have taken over this work, because this one was not seen for too long.",
    remedy: "No action needed: the work is continued.",
  });
}

/** Whether the lease ended and another process may have the document: stop, and write nothing. */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof OrbError && error.code === "lease_lost";
}

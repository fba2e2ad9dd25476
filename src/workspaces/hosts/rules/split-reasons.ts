import { ARCHIVABLE, type ContentReason } from "../../keep/rules/keep-code.ts";

/** Divides the reasons of `keep/`: work, which may be archived or discarded, and what neither overcomes. */
export function splitReasons(reasons: readonly ContentReason[]): {
  readonly work: readonly ContentReason[];
  readonly obstacles: readonly ContentReason[];
} {
  return {
    work: reasons.filter(({ code }) => ARCHIVABLE.has(code)),
    obstacles: reasons.filter(({ code }) => !ARCHIVABLE.has(code)),
  };
}

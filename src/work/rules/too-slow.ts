import type { Refusal } from "../../errors.ts";

/** A part of the repository whose reading was stopped, because it would have taken too long. @param what such as `CODEOWNERS` */
export function tooSlow(what: string): Refusal {
  return {
    code: "file_too_slow",
    reason: `The bot stopped reading ${what}, because that takes too long.`,
    remedy: "Make it shorter and simpler, for example with fewer patterns and fewer wildcards in each.",
  };
}

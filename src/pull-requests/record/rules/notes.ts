import type { SafeMarkdown, SafeText } from "../../../text/safe.ts";

/** What stands on the check run, for want of another place. */
export interface CheckNotes {
  readonly title: SafeText;
  readonly summary: SafeMarkdown;
  readonly text: SafeMarkdown | null;
}

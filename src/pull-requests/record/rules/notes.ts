import type { SafeMarkdown, SafeText } from "../../../text/safe.ts";

/** Notes on the check run, because the description has no place for them. */
export interface CheckNotes {
  readonly title: SafeText;
  readonly summary: SafeMarkdown;
  readonly text: SafeMarkdown | null;
}

import { OrbError } from "../../../errors.ts";
import type { UnreadableCode, UnreadableReason } from "./keep-code.ts";
import { shownName } from "./listed.ts";

const REMEDY = "Until it can be read, the workspace stays. The bot tries again by itself.";

/**
 * A failure as a reason to keep: what could not be read, and which command failed.
 *
 * @param path of the repository inside the workspace; empty for the workspace itself
 */
export function unreadableReason(error: Error & { readonly code?: unknown }, path: Buffer): UnreadableReason {
  const where = path.length === 0 ? "" : `In ${shownName(path)}: `;
  if (!(error instanceof OrbError)) {
    const reason = `${where}A file of the workspace can't be read: ${String(error.code)}.`;
    return { code: "files_unreadable", reason, remedy: REMEDY };
  }
  return { code: codeOf(error.code), reason: `${where}${error.message}`, remedy: error.remedy };
}

function codeOf(code: string): UnreadableCode {
  if (isOwnCode(code)) return code;
  return code.startsWith("workspace_") ? "files_unreadable" : "git_unreadable";
}

function isOwnCode(code: string): code is UnreadableCode {
  return ["github_unreadable", "files_unreadable", "answers_for_another_folder"].includes(code);
}

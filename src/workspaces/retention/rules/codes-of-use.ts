import type { RetentionCode } from "./retention.ts";

const OF_USE: Readonly<Record<RetentionCode, boolean>> = {
  leased: true,
  phase_running: true,
  cleanup_needs_it: true,
  contains_workspace: true,
  // Whoever asks for a clean-up by hand knows whether these agents come back.
  recently_signalled: false,
  pull_request_checks_failed: false,
  pull_request_conflict: false,
  pull_request_changes_requested: false,
  pull_request_open: false,
  pull_request_waiting: false,
  project_unfinished: false,
  settings_unread: false,
  too_many_projects: false,
};

/** The codes that say that somebody uses the folder now, so that nobody's word overcomes them. The others only say that it is too early. */
export const CODES_OF_USE: ReadonlySet<string> = new Set(
  Object.entries(OF_USE).flatMap(([code, isUse]) => (isUse ? [code] : [])),
);

import type { CauseKey } from "../../work/rules/causes.ts";
import type { Dated, ProjectFacts } from "../../projects/project.ts";
import type { StoredProject } from "../../projects/store.ts";
import type { StoredCleanup } from "../../workspaces/cleanups/cleanup.ts";
import type { StoredWorkspace } from "../../workspaces/record/workspace.ts";
import type { TracePiece } from "../trace.ts";
import { moment } from "./moment.ts";

/**
 * Whether a project still shows what a signal said.
 *
 * @param handled when the signal was handled
 */
export function projectPiece(
  project: StoredProject,
  { signalKey, handled }: { readonly signalKey: string; readonly handled: Date },
): TracePiece {
  const facts = factsOf(project.facts, signalKey);
  const because =
    facts.length > 0
      ? `It is in the project's ${facts.join(", ")}. ${project.because}`
      : `Nothing that the project keeps is from it now: it reports no such fact, or a later signal has replaced it. ${project.because}`;
  const { _id: id } = project;
  const about = { part: "project", id, name: id } as const;
  const entry = moment(about, { at: handled, what: "recorded", because });
  return { entries: [entry], waits: [], gaps: [] };
}

function factsOf(
  { created, failed, cancelled, completed, history, executions }: ProjectFacts,
  signalKey: string,
): string[] {
  const single: Readonly<Record<string, Dated<unknown> | null>> = { created, failed, cancelled, completed };
  const lists: Readonly<Record<string, readonly Dated<unknown>[]>> = { history, executions };
  const inSingle = Object.entries(single).filter(([, fact]) => fact?.key === signalKey);
  const inLists = Object.entries(lists).filter(([, facts]) => facts.some(({ key }) => key === signalKey));
  return [...inSingle, ...inLists].map(([name]) => name);
}

/** The leases that a signal gave or last renewed. */
export function workspacePiece(workspace: StoredWorkspace, signalKey: string): TracePiece {
  const about = {
    part: "workspace",
    id: workspace._id,
    name: `${workspace.host}:${workspace.path}`,
  } as const;
  const entries = workspace.leases
    .filter(({ signal }) => signal === signalKey)
    .map(({ kind, holder, since: at, until }) => {
      const because = `The ${kind} lease of ${holder} keeps it until ${until.toISOString()}`;
      return moment(about, { at, what: "leased", because });
    });
  return { entries, waits: [], gaps: [] };
}

/** A clean-up that a signal scheduled; nothing if another one did. */
export function cleanupPiece(cleanup: StoredCleanup, key: CauseKey): TracePiece {
  if (!cleanup.causes?.includes(key)) return { entries: [], waits: [], gaps: [] };
  const { host, path } = cleanup.workspace;
  const about = { part: "cleanup", id: String(cleanup._id), name: `${host}:${path}` } as const;
  const entries = cleanup.history.map((entry) => moment(about, entry));
  const { work, problem } = cleanup;
  if (cleanup.endedAt !== null) return { entries, waits: [], gaps: [] };
  const because = problem?.reason ?? cleanup.because;
  const dueAt = work.owner === null ? work.dueAt : null;
  return { entries, waits: [{ ...about, dueAt, because, problem }], gaps: [] };
}

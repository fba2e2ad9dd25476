import { oneOf, seededRandom } from "../../../../bench/loss/random.ts";

/** What git and files have: of these nothing is lost with the workspace. */
export const SAFE = ["pushed", "rebuildable", "empty", "caches", "linked", "inner_worktree"] as const;
/** Work that is nowhere else. */
export const WORK = [
  "unpushed",
  "forged",
  "dirty",
  "staged",
  "untracked",
  "ignored",
  "stash",
  "detached",
  "merging",
  "nested",
  "files",
  "linked_work",
] as const;
/** Nobody can tell what is in it. */
export const UNREADABLE = ["damaged"] as const;
export type Content = (typeof SAFE)[number] | (typeof WORK)[number] | (typeof UNREADABLE)[number];

/** What is put into a folder that a command makes again, so that it is no work: all of it goes with the workspace. */
export const EXTRAS = ["links", "hard_links", "read_only", "odd_names", "deep"] as const;
export type Extra = (typeof EXTRAS)[number];

export const ENDS = ["cancelled", "merged", "closed", "failed", "completed"] as const;
export type End = (typeof ENDS)[number];

export interface PlannedProject {
  readonly id: string;
  readonly status: End | "running" | "open";
  /** How long ago it ended, in days; of no meaning as long as it has not. */
  readonly endedDays: number;
  /** For how many days its platform wants the workspace after such an end; `null`: it does not say. */
  readonly wishDays: number | null;
}

/** One workspace as the generator wants it. Everything that decides whether it may go is here. */
export interface Planned {
  /** Of its folder, below the root. */
  readonly name: string;
  readonly content: Content;
  readonly extras: readonly Extra[];
  /** None: nobody's. */
  readonly projects: readonly PlannedProject[];
  /** `unknown`: a folder that nobody has named, and that no sweep has seen before. */
  readonly noticed: "stored" | "signals" | "unknown";
  /** When somebody last worked in it, in days before now. */
  readonly activeDays: number;
  readonly lease: "heartbeat" | "phase" | "grace" | "ended" | null;
  readonly holder: "cwd" | "file" | null;
  /** Another folder depends on it: one that borrows its objects, or a worktree of its repository. */
  readonly lends: "objects" | "worktree" | null;
  /** A person has asked to archive it. */
  readonly archive: boolean;
}

/** One that goes and one that is kept, so that a few workspaces have both. */
const FIRST = [firstOne({ id: "p0", content: "pushed" }), firstOne({ id: "p1", content: "dirty" })];

/** In no case near to a limit of the rule, so that the length of the run decides nothing. */
const AGES = [0.25, 0.8, 1.3, 3, 6, 8, 13, 15, 20, 29, 31, 38];
const WISHES = [0, 2, 10, 21];
/** Processes are looked through at each look into a workspace, so there are few of these, whatever the number of workspaces. */
const CWD_HOLDERS_MAX = 6;
const SIGNALLED_MAX = 40;
const ODD = [" space", "-rf", "line\nfeed", "é", `"quoted"`, "$(touch x)", "x".repeat(120)] as const;

/** So many random workspaces; the same seed gives the same ones. */
export function planWorkspaces(count: number, seed: number): readonly Planned[] {
  const random = seededRandom(seed);
  const is = (share: number) => random() < share;
  let [standing, signalled] = [0, 0];
  return Array.from({ length: count }, (_, index) => {
    const odd = is(0.1) ? oneOf(ODD, random) : "";
    const name = odd.startsWith("-") ? `${odd}${index}` : `w${index}${odd}`;
    const isSignalled = is(0.1) && signalled < SIGNALLED_MAX;
    if (isSignalled) signalled += 1;
    const projects = isSignalled ? [signalledProject(index, is(0.6))] : projectsOf(index, random);
    const isEnded =
      projects.length > 0 && projects.every(({ status }) => status !== "running" && status !== "open");
    const content = oneOf<Content>(is(0.6) ? SAFE : is(0.95) ? WORK : UNREADABLE, random);
    const wantsCwd = is(0.02) && standing < CWD_HOLDERS_MAX;
    if (wantsCwd) standing += 1;
    const isKnown = projects.length > 0 || is(0.7);
    return {
      name,
      content,
      // Without a repository nothing says that git ignores them, so they would be work.
      extras: EXTRAS.filter(() => is(0.2) && content !== "empty"),
      projects,
      noticed: isSignalled ? "signals" : isKnown ? "stored" : "unknown",
      activeDays: activeDays(projects, random),
      lease:
        is(0.12) && !isSignalled && isKnown ? oneOf(["heartbeat", "phase", "grace", "ended"], random) : null,
      holder: wantsCwd ? "cwd" : is(0.04) ? "file" : null,
      lends: content === "pushed" && is(0.1) ? oneOf(["objects", "worktree"], random) : null,
      archive: isEnded && !isSignalled && is(0.15),
      ...FIRST[index],
    };
  });
}

function firstOne({ id, content }: { id: string; content: Content }): Omit<Planned, "name" | "extras"> {
  const projects = [{ id, status: "merged", endedDays: 20, wishDays: null }] as const;
  const free = { lease: null, holder: null, lends: null, archive: false } as const;
  return { content, projects, noticed: "stored", activeDays: 21, ...free };
}

function signalledProject(index: number, isCancelled: boolean): PlannedProject {
  const status = isCancelled ? "cancelled" : "running";
  return { id: `p${index}`, status, endedDays: 1.3, wishDays: null };
}

function projectsOf(index: number, random: () => number): readonly PlannedProject[] {
  const kind = random();
  if (kind < 0.12) return [];
  const count = kind < 0.2 ? 2 : 1;
  return Array.from({ length: count }, (_, which) => ({
    id: `p${index}${which === 0 ? "" : "-other"}`,
    status: random() < 0.8 ? oneOf(ENDS, random) : oneOf(["running", "open"], random),
    endedDays: oneOf(AGES, random),
    wishDays: random() < 0.2 ? oneOf(WISHES, random) : null,
  }));
}

/** Mostly a short while before the end; sometimes somebody came back after it. */
function activeDays(projects: readonly PlannedProject[], random: () => number): number {
  if (projects.length === 0) return oneOf(AGES, random);
  const since = Math.min(...projects.map(({ endedDays }) => endedDays));
  const later = AGES.filter((age) => age < since);
  return later.length > 0 && random() < 0.15 ? oneOf(later, random) : since + 1 / 48;
}

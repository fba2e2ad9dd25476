import * as fc from "fast-check";
import { sampledInputs } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { foldSignal, NO_FACTS } from "../../../../src/projects/rules/fold-signal.ts";
import { signalKey } from "../../../../src/signals/rules/order.ts";
import { SIGNAL_TYPES, type Signal } from "../../../../src/signals/signal.ts";
import { newWorkspace } from "../../../../src/workspaces/record/new-workspace.ts";
import type { StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import {
  afterSignal,
  beginsAnother,
  PROJECTS_MAX,
} from "../../../../src/workspaces/registry/rules/after-signal.ts";
import { runningPhase } from "../../../../src/workspaces/registry/rules/running-phase.ts";
import {
  arrivals,
  at,
  completed,
  created,
  signal,
  signals,
  started,
} from "../../projects/signal-histories.ts";

const NOW = at(100);
const UNTIL = { heartbeat: at(115), phase: at(1_540), grace: at(130) };
const FOLDER = newWorkspace({ host: "h-1", path: "/w/p-1", noticedBy: "signal", at: at(0), now: at(0) });
const active = (minute: number, source = "urn:test") => {
  const workspace = { host: "h-1", path: "/w/p-1" };
  return signal("orb.workspace.active", minute, { workspace }, { source });
};
const cancelled = (minute: number) => signal("orb.project.cancelled", minute);

/** The record after signals of one project have come, one after the other. */
function heard(all: readonly Signal[], before: StoredWorkspace = FOLDER): StoredWorkspace {
  let facts = NO_FACTS;
  let record = before;
  for (const one of all) {
    facts = foldSignal(facts, one);
    const names = one.type === "orb.project.created" || one.type === "orb.workspace.active";
    const repository = one.type === "orb.project.created" ? one.data.repository : null;
    const about = { signal: one, key: signalKey(one), names, repository, project: facts };
    record = Object.assign({}, record, afterSignal(record, { ...about, now: NOW, until: UNTIL }));
  }
  return record;
}
const held = (all: readonly Signal[]) =>
  heard(all)
    .leases.map(({ kind }) => kind)
    .sort();

describe("the leases that signals give", () => {
  test("a heartbeat holds one from its arrival, however wrong the sender's clock is", () => {
    expect(heard([active(-500)]).leases).toContainEqual({
      kind: "heartbeat",
      holder: "project p-1 (urn:test)",
      until: UNTIL.heartbeat,
      signal: expect.any(String),
      since: NOW,
    });
  });

  test("two senders hold two (B4)", () => {
    const { leases } = heard([active(1, "one"), active(2, "two"), active(3, "one")]);
    expect(leases.filter(({ kind }) => kind === "heartbeat")).toHaveLength(2);
  });

  test.each([
    { title: "a phase that runs", all: [created(0), started("research", 1)], kinds: ["grace", "phase"] },
    {
      title: "a phase that has ended",
      all: [started("research", 1), signal("orb.phase.completed", 2, { phase: "research" })],
      kinds: ["grace"],
    },
    {
      title: "a phase whose start comes after its end",
      all: [signal("orb.phase.completed", 2, { phase: "research" }), started("research", 1)],
      kinds: ["grace"],
    },
    {
      title: "a completed implementation (B2)",
      all: [started("implementation", 1), completed(2)],
      kinds: ["grace"],
    },
    { title: "a cancellation ends phase and grace", all: [started("research", 1), cancelled(2)], kinds: [] },
    { title: "one that comes first", all: [cancelled(2), started("research", 1)], kinds: [] },
    { title: "work after it", all: [cancelled(1), started("research", 2)], kinds: ["grace", "phase"] },
    { title: "a heartbeat runs out by itself", all: [active(1), cancelled(2)], kinds: ["heartbeat"] },
    {
      title: "a failure ends the phase alone",
      all: [started("research", 1), signal("orb.project.failed", 2)],
      kinds: ["grace"],
    },
  ])("$title: $kinds", ({ all, kinds }) => {
    expect(held(all)).toEqual(kinds);
  });

  test("another project of the same folder keeps its own after a cancellation (B4)", () => {
    const other = {
      kind: "grace",
      holder: "project p-2",
      until: at(120),
      signal: null,
      since: at(90),
    } as const;
    const { leases } = heard([started("research", 1), cancelled(2)], { ...FOLDER, leases: [other] });
    expect(leases).toEqual([other]);
  });
});

describe("what signals say about a workspace", () => {
  test("those who name it have it; others of the same project are only work", () => {
    const { projects, repository, noticedBy } = heard([created(0)], { ...FOLDER, noticedBy: "disk" });
    expect({ projects, repository, noticedBy }).toEqual({
      projects: ["p-1"],
      repository: "octo/hello",
      noticedBy: "signal",
    });
    expect(heard([started("research", 1)]).projects).toEqual([]);
  });

  test("a workspace that two projects name belongs to both; more than a record holds are counted", () => {
    const two = heard([active(1)], { ...FOLDER, projects: ["p-0", "p-2"] });
    expect(two.projects).toEqual(["p-0", "p-1", "p-2"]);
    const many = Array.from({ length: PROJECTS_MAX }, (_, index) => `q-${index}`);
    const full = heard([active(1), active(2)], { ...FOLDER, projects: many });
    expect(full.projects).toEqual(many);
    expect(full.projectsDropped).toBeGreaterThan(0);
  });

  test("signals of work count as activity, the latest by its own time; ends do not", () => {
    const { lastActiveAt, lastActiveBy } = heard([started("research", 7), active(5), cancelled(9)]);
    expect({ lastActiveAt, lastActiveBy }).toEqual({ lastActiveAt: at(7), lastActiveBy: "signal" });
    expect(heard([active(5)]).lastActiveBy).toBe("heartbeat");
    expect(heard([active(500)]).lastActiveAt).toEqual(NOW);
  });

  test("late ones of a folder that is gone begin nothing; later work begins another folder", () => {
    const gone = { goneAt: at(50) };
    expect(beginsAnother(gone, active(49))).toBe(false);
    expect(beginsAnother(gone, active(51))).toBe(true);
    expect(beginsAnother(gone, cancelled(51))).toBe(false);
    expect(beginsAnother({ goneAt: null }, active(51))).toBe(false);
  });

  test("their order and repetition change nothing", () => {
    const histories = signals(SIGNAL_TYPES, { minLength: 1 }).chain((all) =>
      fc.tuple(arrivals(all), arrivals(all)),
    );
    const seen = (all: readonly Signal[]) => {
      const {
        leases,
        lastSignalAt: _,
        lastActiveBy: __,
        repositoryAt: ___,
        repository: ____,
        ...record
      } = heard(all);
      const kinds = leases.map(({ kind, holder, until }) => JSON.stringify([kind, holder, until])).sort();
      return { ...record, kinds };
    };
    fc.assert(
      fc.property(histories, ([one, other]) => {
        expect(seen(one)).toEqual(seen(other));
      }),
      sampledInputs({ all: 300 }),
    );
  });
});

describe("the phase that runs", () => {
  test.each([
    { title: "none has started", all: [created(0)], phase: null },
    {
      title: "two run, the later one counts",
      all: [started("planning", 2), started("research", 1)],
      phase: "planning",
    },
    {
      title: "the earlier one was begun again",
      all: [
        started("planning", 2),
        signal("orb.phase.completed", 3, { phase: "planning" }),
        started("research", 4),
      ],
      phase: "research",
    },
    {
      title: "the project has failed since",
      all: [started("planning", 2), signal("orb.project.failed", 3)],
      phase: null,
    },
    {
      title: "it began after the failure",
      all: [signal("orb.project.failed", 3), started("planning", 4)],
      phase: "planning",
    },
  ])("$title", ({ all, phase }) => {
    expect(runningPhase(all.reduce(foldSignal, NO_FACTS))).toBe(phase);
  });
});

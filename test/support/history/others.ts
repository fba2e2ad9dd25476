import type { MissedDelivery } from "../../../src/deliveries/missed-store.ts";
import type { StoredDelivery } from "../../../src/deliveries/store.ts";
import type { StoredEvent } from "../../../src/outbox/store.ts";
import type { StoredProject } from "../../../src/projects/store.ts";
import { NO_FACTS } from "../../../src/projects/rules/fold-signal.ts";
import type { StoredRepository } from "../../../src/installations/repository.ts";
import type { StoredSignal } from "../../../src/signals/store.ts";
import { newWorkspace } from "../../../src/workspaces/record/new-workspace.ts";
import type { StoredWorkspace } from "../../../src/workspaces/record/workspace.ts";
import { deliveryId, REPOSITORY } from "./records.ts";

// MongoDB deletes what is old by its own clock, so these are of the last hours.
const SPREAD_MS = 10;
const now = Date.now();

/** A delivery that was handled; one of a thousand is dead. */
export function historicDelivery(index: number): StoredDelivery {
  return {
    _id: deliveryId(index),
    event: "check_run",
    action: "completed",
    repository: REPOSITORY,
    installationId: 7,
    about: `${REPOSITORY}@${index}`,
    receivedAt: new Date(now - index * SPREAD_MS),
    arrival: index,
    size: 2_000,
    payload: null,
    payloadParts: null,
    status: index % 1_000 === 999 ? "dead" : "done",
    outcome: "applied",
    because: "1 looked at again",
    problem: null,
    turn: null,
    replays: 0,
    work: { dueAt: null, owner: null, epoch: 2, attempts: 0, crashed: [], share: "octo", urgent: true },
  };
}

const STATUSES = ["merged", "closed", "cancelled"] as const;

/** A project: the first sixty are in review, the others have ended. */
export function historicProject(index: number): StoredProject {
  const at = new Date(now - index * SPREAD_MS);
  return {
    _id: `p-${String(index).padStart(8, "0")}`,
    facts: NO_FACTS,
    status: index < 60 ? "in_review" : (STATUSES[index % 3] ?? "merged"),
    phase: "implementation",
    because: "Its pull request was merged.",
    cleanup: null,
    createdAt: at,
    updatedAt: at,
    revision: 3,
  };
}

/** An event that was relayed. */
export function historicEvent(index: number): Omit<StoredEvent, "_id"> {
  return {
    project: `p-${index % 50_000}`,
    seq: index,
    type: "orb.project.updated",
    data: { status: "in_review", phase: null, because: "It began." },
    time: new Date(now - SPREAD_MS),
    relayedAt: new Date(now - SPREAD_MS),
    relayedAs: `${String(Math.floor(index / 200)).padStart(20, "0")}-${"0".repeat(20)}`,
    causes: [`delivery:${deliveryId(index)}`],
  };
}

/** A signal that was handled. */
export function historicSignal(index: number): StoredSignal {
  const at = new Date(now - index * SPREAD_MS);
  return {
    source: "test-meta-agent",
    id: `signal-${index}`,
    type: "orb.phase.started",
    project: `p-${index % 50_000}`,
    time: at,
    data: { project: `p-${index % 50_000}`, phase: "implementation" },
    door: "http",
    receivedAt: at,
    status: "done",
    problem: null,
    work: { dueAt: null, owner: null, epoch: 2, attempts: 0, crashed: [], share: "octo", urgent: false },
  };
}

/** A repository of an account with ten of them; none knows its installation. */
export function historicRepository(index: number): StoredRepository {
  return {
    _id: index + 1_000,
    fullName: `owner-${Math.floor(index / 10)}/name-${index}`,
    formerNames: index % 3 === 0 ? [`owner-${Math.floor(index / 10)}/before-${index}`] : [],
    namedAt: new Date(now - index * SPREAD_MS),
    reachableAt: new Date(now - index * SPREAD_MS),
    installationId: null,
    reachable: true,
    archived: false,
    settingsSha: null,
    lastChange: null,
    toldAt: new Date(now - index * SPREAD_MS),
  };
}

/** A delivery that GitHub was asked to repeat and will be asked again about. */
export function historicMiss(index: number): MissedDelivery {
  return {
    _id: `missed-${index}`,
    attemptId: index,
    event: "push",
    failedAt: new Date(now - index * SPREAD_MS),
    redeliveries: 1 + (index % 5),
    dueAt: new Date(now + 3_600_000 + index),
  };
}

/** A workspace that was removed; the first sixty are still there, and one in six of these is kept. */
export function historicWorkspace(index: number): StoredWorkspace {
  const at = new Date(now - index * SPREAD_MS);
  const path = `/w/team-${index % 7}/p-${index}`;
  const fresh = newWorkspace({ host: `host-${index % 3}`, path, noticedBy: "signal", at, now: at });
  const known = { ...fresh, revision: 3, projects: [`p-${String(index).padStart(8, "0")}`], measuredAt: at };
  if (index >= 60) return { ...known, status: "removed", seenAt: at, goneAt: at, removedAt: at };
  const isKept = index % 6 === 0;
  return {
    ...known,
    isKept,
    status: isKept ? "kept" : "scheduled",
    seenAt: at,
    dueAt: at,
    because: "It ended",
  };
}

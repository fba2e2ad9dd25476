import { byTime, signalKey } from "../../signals/rules/order.ts";
import { PHASES, type Signal } from "../../signals/signal.ts";
import type { Dated, PhaseStep, Plan, ProjectFacts } from "../project.ts";

/** Only the latest entries of each list are kept. That is enough to show and limits the size of the document. */
export const HISTORY_STEPS_MAX = 50;
export const EXECUTIONS_MAX = 200;
// As much of a phase's text is kept as a person reads. 50 steps stay far below MongoDB's limit of 16 MB per document.
const SUMMARY_CHARACTERS_MAX = 10_000;
const PLAN_ITEMS_MAX = 100;
const PLAN_ITEM_CHARACTERS_MAX = 500;

export const NO_FACTS: ProjectFacts = {
  created: null,
  failed: null,
  cancelled: null,
  completed: null,
  history: [],
  executions: [],
  lastActiveAt: null,
  pullRequests: [],
};

/**
 * Adds a signal to the known facts. Signals may arrive late, twice and in any order; the result depends only on the set
 * of signals.
 */
export function foldSignal(facts: ProjectFacts, signal: Signal): ProjectFacts {
  const active = { ...facts, lastActiveAt: later(facts.lastActiveAt, signal.time) };
  switch (signal.type) {
    case "orb.project.created": {
      const { project, repository, workspace, issue = null, retention } = signal.data;
      const { name, userId } = project;
      const value = { name, userId, repository, workspace, issue, ...(retention && { retention }) };
      const created = dated(signal, value);
      return { ...active, created: latest(facts.created, created) };
    }
    case "orb.phase.started":
    case "orb.phase.completed": {
      const { phase, agent = null, summary = null, plan = null } = signal.data;
      const step = signal.type === "orb.phase.started" ? "started" : "completed";
      const words = {
        summary: summary?.slice(0, SUMMARY_CHARACTERS_MAX) ?? null,
        plan: plan && shorten(plan),
      };
      const entry = dated(signal, { phase, step, agent, ...words } as const);
      return { ...active, history: keepFurthest(insert(facts.history, entry), HISTORY_STEPS_MAX) };
    }
    case "orb.agent.executed": {
      const { agent, phase, outcome, durationMs, tokens = null, costUsd = null, model = null } = signal.data;
      const entry = dated(signal, { agent, phase, outcome, durationMs, tokens, costUsd, model });
      return { ...active, executions: insert(facts.executions, entry).slice(-EXECUTIONS_MAX) };
    }
    case "orb.implementation.completed": {
      const { repository, branch } = signal.data;
      return { ...active, completed: latest(facts.completed, dated(signal, { repository, branch })) };
    }
    case "orb.project.failed": {
      const reason = signal.data.reason ?? null;
      return { ...active, failed: latest(facts.failed, dated(signal, { reason })) };
    }
    case "orb.project.cancelled": {
      const reason = signal.data.reason ?? null;
      return { ...active, cancelled: latest(facts.cancelled, dated(signal, { reason })) };
    }
    case "orb.workspace.active":
      return active;
    default:
      return signal satisfies never;
  }
}

function shorten({ areas, steps }: Plan): Plan {
  const cut = (items: readonly string[]) =>
    items.slice(0, PLAN_ITEMS_MAX).map((item) => item.slice(0, PLAN_ITEM_CHARACTERS_MAX));
  return { areas: cut(areas), steps: cut(steps) };
}

function dated<T>(signal: Signal, value: T): Dated<T> {
  return { at: signal.time, key: signalKey(signal), value };
}

function later(a: Date | null, b: Date): Date {
  return a && a > b ? a : b;
}

function latest<T>(known: Dated<T> | null, fresh: Dated<T>): Dated<T> {
  return known && byTime(known, fresh) > 0 ? known : fresh;
}

function insert<T>(known: readonly Dated<T>[], fresh: Dated<T>): readonly Dated<T>[] {
  const others = known.filter((entry) => entry.key !== fresh.key);
  return [...others, fresh].sort(byTime);
}

/**
 * Keeps the latest steps, and always one of the furthest phase. Otherwise a project would seem to go back if its agents
 * repeat an earlier phase often enough.
 */
function keepFurthest(history: readonly Dated<PhaseStep>[], limit: number): readonly Dated<PhaseStep>[] {
  const kept = history.slice(-limit);
  const furthest = PHASES.findLast((phase) => history.some(({ value }) => value.phase === phase));
  if (kept.some(({ value }) => value.phase === furthest)) return kept;
  const reached = history.findLast(({ value }) => value.phase === furthest);
  return reached ? [reached, ...kept.slice(1)] : kept;
}

import type { DeliveryMetadata, DeliveryStore } from "../deliveries/store.ts";
import { OrbError } from "../errors.ts";
import type { CauseKey } from "../work/rules/causes.ts";
import { EVENTS_KEPT_SECONDS, type OutboxStore } from "../outbox/store.ts";
import type { ProjectStore } from "../projects/store.ts";
import type { PullRequestStore } from "../pull-requests/record/store.ts";
import { signalKey } from "../signals/rules/order.ts";
import type { SignalStore } from "../signals/store.ts";
import type { CleanupStore } from "../workspaces/cleanups/store.ts";
import type { WorkspaceStore } from "../workspaces/record/store.ts";
import { buildTrace, type SignalFacts, type TraceFacts } from "./rules/build-trace.ts";
import { deliveryMessage, signalMessage, type StoredSignalDocument } from "./rules/messages.ts";
import { recordsOf } from "./rules/event.ts";
import { TRACE_DOCUMENTS_MAX } from "./rules/limits.ts";
import type { Trace } from "./trace.ts";

/** What there is to read. */
export interface Traced {
  readonly deliveries: DeliveryStore;
  readonly signals: SignalStore;
  readonly outbox: OutboxStore;
  readonly projects: ProjectStore;
  readonly pullRequests: PullRequestStore;
  readonly workspaces: WorkspaceStore;
  readonly cleanups: CleanupStore;
  readonly now: () => Date;
}

/** Reads what became of one message from the stores. The log is not needed for it. */
export class TraceReader {
  readonly #deps: Traced;

  constructor(deps: Traced) {
    this.#deps = deps;
  }

  /** @throws OrbError `not_found` */
  async ofDelivery(id: string): Promise<{ readonly delivery: DeliveryMetadata; readonly trace: Trace }> {
    const delivery = await this.#deps.deliveries.find(id);
    if (!delivery) throw unknown("delivery", id);
    const facts = { message: deliveryMessage(delivery), key: `delivery:${id}`, ofSignal: null } as const;
    return { delivery, trace: await this.#build(facts) };
  }

  /**
   * @param wanted its `source` may be left out if only one source uses the id
   * @throws OrbError `not_found`, `signal_ambiguous`
   */
  async ofSignal(wanted: {
    readonly id: string;
    readonly source?: string | undefined;
  }): Promise<{ readonly signal: StoredSignalDocument; readonly trace: Trace }> {
    const [signal, another] = await this.#deps.signals.withId(wanted, 2);
    if (!signal) throw unknown("signal", wanted.id);
    if (another) throw ambiguous(wanted.id, [signal, another]);
    const key: CauseKey = `signal:${String(signal._id)}`;
    const ofSignal = await this.#effectsOf(signal);
    return { signal, trace: await this.#build({ message: signalMessage(signal), key, ofSignal }) };
  }

  async #effectsOf(signal: StoredSignalDocument): Promise<SignalFacts> {
    const { projects, workspaces, cleanups } = this.#deps;
    const { project: projectId } = signal;
    const page = { before: null, limit: TRACE_DOCUMENTS_MAX + 1 };
    const [project, ofProject, ofWorkspaces] = await Promise.all([
      projects.find(projectId),
      workspaces.ofProject(projectId),
      cleanups.list({ project: projectId }, page),
    ]);
    return {
      signalKey: signalKey(signal),
      projectId,
      project,
      workspaces: ofProject,
      cleanups: ofWorkspaces,
    };
  }

  async #build(facts: Pick<TraceFacts, "message" | "key" | "ofSignal">): Promise<Trace> {
    const { outbox, pullRequests, now } = this.#deps;
    const limit = TRACE_DOCUMENTS_MAX + 1;
    const [events, due] = await Promise.all([
      outbox.causedBy(facts.key, limit),
      pullRequests.causedBy(facts.key, limit),
    ]);
    // A record whose notes about the message are gone is still named by the events.
    const known = new Set(due.map(({ _id }) => String(_id)));
    const named = await pullRequests.findAll(recordsOf(events).filter((id) => !known.has(id)));
    const eventsKeptMs = EVENTS_KEPT_SECONDS * 1_000;
    return buildTrace({ ...facts, events, records: [...due, ...named], eventsKeptMs, now: now() });
  }
}

function unknown(what: "delivery" | "signal", id: string): OrbError {
  const stored = what === "delivery" ? "30 days" : "SIGNAL_RETENTION_DAYS";
  return new OrbError({
    code: "not_found",
    reason: `No stored ${what} has the id ${JSON.stringify(id)}.`,
    remedy: `Check the id. A ${what} is stored for ${stored}.`,
  });
}

function ambiguous(id: string, signals: readonly StoredSignalDocument[]): OrbError {
  const sources = signals.map(({ source }) => JSON.stringify(source)).join(", ");
  return new OrbError({
    code: "signal_ambiguous",
    reason: `Several sources have sent a signal with the id ${JSON.stringify(id)}, such as ${sources}.`,
    remedy: "Name the source as well: ?source=.",
  });
}

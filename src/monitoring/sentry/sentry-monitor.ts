import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  captureException,
  type ErrorEvent,
  getActiveSpan,
  initWithoutDefaultIntegrations,
  linkedErrorsIntegration,
  type NodeClient,
  onUncaughtExceptionIntegration,
  startSpan,
  withScope,
} from "@sentry/node";
import type { Refusal } from "../../errors.ts";
import { currentLogFields } from "../log-fields.ts";
import type { Failure, Monitor } from "../monitor.ts";
import { judgeCrash, judgeFailure, type Report } from "../rules/judge-failure.ts";
import type { Private } from "../rules/scrub-text.ts";
import { tagsOf } from "../rules/tags.ts";
import { boundedTransport } from "./bounded-transport.ts";
import { WindowBudget } from "./window-budget.ts";

/** Of a process. A cause is reported once a minute, as it is logged; this is for many causes at once. */
const REPORTS = { max: 60, lengthMs: 60_000 };
/**
 * Of each kind and of a process, whatever the rate is: a sample of thousands of webhooks a second need not be larger. By measurement,
 * each costs 2 to 3 ms of processor time, most of it for its request to Sentry: as much as ten webhooks.
 */
const TRACES = { max: 3, lengthMs: 1_000 };
/** How long an error that ends the process may hold it up. */
const CRASH_MS_MAX = 1_000;
const CAUSES_MAX = 5;

interface Options extends Private {
  /** A valid one. */
  readonly dsn: string;
  readonly environment: string;
  readonly release: string;
  /** The name of the host. */
  readonly host: string;
  readonly role: string;
  /** From 0 to 1. */
  readonly tracesSampleRate: number;
  readonly random: () => number;
}

/**
 * Reports to Sentry. None of the SDK's instrumentation is used, because that of HTTP costs three quarters of the throughput. What is
 * traced is said by the code that does it.
 */
export class SentryMonitor implements Monitor {
  readonly #client: NodeClient | undefined;
  readonly #options: Options;
  readonly #reports = new WindowBudget(REPORTS);
  readonly #traces = new Map<string, WindowBudget>();
  #listener: (trouble: Refusal) => void = () => {};
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#client = initWithoutDefaultIntegrations({
      ...settingsOf(options),
      transport: boundedTransport(options, (why) => this.#listener(troubleOf(why))),
      beforeSend: (event, { originalException }) => named(event, originalException),
    });
  }

  report(failure: Failure): void {
    const report = judgeFailure({ ...failure, fields: { ...currentLogFields(), ...failure.fields } });
    if (report === null || this.#isClosed || !this.#reports.take(performance.now())) return;
    const { level, fingerprint, tags, facts } = report;
    captureException(failure.error, {
      captureContext: { level, fingerprint: [...fingerprint], tags, contexts: { orb: facts } },
    });
  }

  /** The choice is made here and not by the SDK, whose own takes longer than most of what is traced. */
  trace<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { tracesSampleRate, random } = this.#options;
    const sampleRand = random();
    if (sampleRand >= tracesSampleRate || this.#isClosed || !this.#hasRoomFor(name)) return work();
    return withScope((scope) => {
      // With the number that was drawn, the SDK comes to the same choice, and tells Sentry the rate.
      scope.setTags(tagsOf(currentLogFields()));
      scope.setPropagationContext({ traceId: randomUUID().replaceAll("-", ""), sampleRand });
      return startSpan({ name, op: name, parentSpan: null }, work);
    });
  }

  #hasRoomFor(name: string): boolean {
    const budget = this.#traces.get(name) ?? new WindowBudget(TRACES);
    this.#traces.set(name, budget);
    return budget.take(performance.now());
  }

  step<T>(name: string, work: () => Promise<T>): Promise<T> {
    return getActiveSpan() === undefined ? work() : startSpan({ name, op: name }, work);
  }

  onTrouble(listener: (trouble: Refusal) => void): void {
    this.#listener = listener;
  }

  async close(withinMs: number): Promise<void> {
    this.#isClosed = true;
    await Promise.race([this.#client?.close(withinMs), delay(withinMs, undefined, { ref: false })]);
  }
}

/** Everything is said, because the SDK fills what is missing from variables of its own, or collects more. */
function settingsOf({ dsn, environment, release, host, role, tracesSampleRate }: Options) {
  return {
    dsn,
    environment,
    release,
    serverName: host,
    tracesSampleRate,
    initialScope: { tags: { role } },
    integrations: [
      linkedErrorsIntegration({ limit: CAUSES_MAX }),
      // An unhandled rejection becomes such an exception, as without Sentry. The SDK's own handler of those would keep the process alive.
      onUncaughtExceptionIntegration(),
    ],
    dataCollection: {
      userInfo: false,
      cookies: false,
      httpHeaders: false,
      httpBodies: [],
      urlQueryParams: false,
      graphQL: { document: false, variables: false },
      genAI: { inputs: false, outputs: false },
      mcp: { inputs: false, outputs: false },
      databaseQueryData: false,
      queues: false,
      stackFrameVariables: false,
      frameContextLines: 0,
    },
    // Whole transactions, which every server of Sentry takes.
    traceLifecycle: "static" as const,
    // Requests to GitHub get no headers of ours.
    tracePropagationTargets: [],
    maxBreadcrumbs: 0,
    shutdownTimeout: CRASH_MS_MAX,
    enableRuntimeChannelInjection: false,
    enableOpenTelemetrySetup: false,
    spotlight: false,
    debug: false,
  };
}

/** Names the issue by our code. Only a crash comes here without a fingerprint: the SDK itself has caught it. */
function named(event: ErrorEvent, thrown: unknown): ErrorEvent {
  const crash = event.fingerprint === undefined ? judgeCrash(thrown) : null;
  const title = crash?.title ?? titleOf(thrown);
  const main = event.exception?.values?.at(-1);
  if (main) main.type = title;
  return crash === null ? event : { ...event, ...asCrash(crash) };
}

function titleOf(thrown: unknown): string {
  return judgeFailure({ what: "", error: thrown, level: "error", fields: {} })?.title ?? "Error";
}

function asCrash({ level, fingerprint, facts }: Report): Partial<ErrorEvent> {
  return { level, fingerprint: [...fingerprint], contexts: { orb: facts } };
}

function troubleOf(why: string): Refusal {
  return {
    code: "sentry_unavailable",
    reason: `Sentry does not take what the bot reports. ${why}.`,
    remedy: "Check SENTRY_DSN, and that the server is reachable from here. The bot works without it.",
  };
}

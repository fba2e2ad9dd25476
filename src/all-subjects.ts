import { fileURLToPath } from "node:url";
import { auditRoutes } from "../handlers/http/audit.ts";
import { cleanupRoutes } from "../handlers/http/cleanups.ts";
import { deliveryRoutes } from "../handlers/http/deliveries.ts";
import { diskRoutes } from "../handlers/http/disk.ts";
import { eventRoutes } from "../handlers/http/events.ts";
import { logLevelRoutes } from "../handlers/http/log-level.ts";
import { projectRoutes } from "../handlers/http/projects.ts";
import { pullRequestCommandRoutes } from "../handlers/http/pull-request-commands.ts";
import { pullRequestRoutes } from "../handlers/http/pull-requests.ts";
import { rateLimitRoutes } from "../handlers/http/rate-limits.ts";
import { sessionRoutes } from "../handlers/http/session.ts";
import { settingsRoutes } from "../handlers/http/settings.ts";
import { signInRoutes } from "../handlers/http/sign-in.ts";
import { signalRoutes } from "../handlers/http/signals.ts";
import { tokenRoutes } from "../handlers/http/tokens.ts";
import { traceRoutes } from "../handlers/http/traces.ts";
import { webhookRoutes } from "../handlers/http/webhooks.ts";
import { workspaceRoutes } from "../handlers/http/workspaces.ts";
import { signalStream } from "../handlers/streams/signal-stream.ts";
import { webhookHandlers } from "../handlers/webhook-handlers.ts";
import { audit } from "./audit/subject.ts";
import type { Config } from "./config.ts";
import { deliveries } from "./deliveries/subject.ts";
import { type Redis } from "./dependencies.ts";
import type { GitHub } from "./github/github.ts";
import type { GitHubSignIn } from "./github/sign-in.ts";
import { github } from "./github/subject.ts";
import type { Installations } from "./installations/installations.ts";
import { installations } from "./installations/subject.ts";
import type { Database } from "./mongo/database.ts";
import { logLevel } from "./log-level/subject.ts";
import { outbox } from "./outbox/subject.ts";
import { projects } from "./projects/subject.ts";
import type { Checkpoint } from "./pull-requests/steps/progress.ts";
import { pullRequests } from "./pull-requests/subject.ts";
import { rateLimits } from "./rate-limits/subject.ts";
import { repositorySettings } from "./repository-settings/subject.ts";
import { sessions } from "./sessions/subject.ts";
import { signals } from "./signals/subject.ts";
import { signalHandlersOf, type Subject, webhooksOf } from "./subject.ts";
import type { Instruments } from "./telemetry/part.ts";
import { Templates } from "./text/templates/templates.ts";
import { tokens } from "./tokens/subject.ts";
import { trace } from "./trace/subject.ts";
import type { Apart } from "./work/apart/apart.ts";
import type { Worker } from "./work/worker.ts";
import type { WorkspaceNeeds } from "./workspaces/needs.ts";
import { workspaces } from "./workspaces/subject.ts";

/** What any subject may ask for. */
export interface Shared {
  readonly config: Config;
  readonly database: Database;
  readonly redis: Redis | null;
  readonly instruments: Instruments;
  readonly worker: Worker;
  readonly apart: Apart;
}

const TEMPLATES = fileURLToPath(new URL("../templates", import.meta.url));

/**
 * Calls the subjects from the bottom to the top. Each gets what it needs from those before it, and its doors from
 * `handlers/`. A new subject is one more line in the list.
 */
export function collectSubjects(
  shared: Shared,
  { checkpoint, more }: { checkpoint: Checkpoint; more: (shared: Shared) => readonly Subject[] },
) {
  const { config, database, redis, instruments, worker, apart } = shared;
  const { now } = worker;
  const commands = redis?.commands ?? null;

  const outboxSubject = outbox({ database, redis: commands, doors: [eventRoutes], instruments, worker });
  const installationsSubject = installations({ database, instruments, now });
  const { installationStore, repositoryStore } = installationsSubject;
  const githubSubject = github({
    config: config.github,
    signIn: config.signIn,
    redis: commands,
    installationStore,
    repositoryStore,
    instruments,
    worker,
    realNow: database.clock.now,
  });
  const settingsSubject = repositorySettings({ database, apart, doors: [settingsRoutes], now });
  const projectsSubject = projects({ database, outbox: outboxSubject.store, instruments, now });
  const below = {
    ...shared,
    github: githubSubject.gitHub,
    outbox: outboxSubject.store,
    projects: projectsSubject.projects,
    projectStore: projectsSubject.store,
    settings: settingsSubject.settings,
    checkpoint,
  };
  const { pullRequestsSubject, workspacesSubject } = upperSubjects(below, installationsSubject.installations);
  // From the bottom to the top: a signal is handled in this order.
  const named = {
    outboxSubject,
    installationsSubject,
    githubSubject,
    settingsSubject,
    projectsSubject,
    pullRequestsSubject,
    workspacesSubject,
  };
  const acting: Subject[] = [...Object.values(named), ...more(shared)];
  const callers = callerSubjects(shared, githubSubject.signIn);
  const incoming = incomingSubjects(shared, { github: githubSubject.gitHub, acting });
  const { deliveriesSubject, signalsSubject } = incoming;
  const watching = watchingSubjects(shared, { ...named, ...incoming });
  return {
    ...callers,
    ...named,
    incoming,
    subjects: [...acting, ...Object.values(callers), deliveriesSubject, signalsSubject, ...watching],
  };
}

/** Who may call the API, how often, and what they did. */
function callerSubjects(
  { config, database, redis, instruments, worker }: Shared,
  gitHub: GitHubSignIn | null,
) {
  const { now } = worker;
  const limits = { config: config.rateLimits, redis: redis?.limits ?? null, doors: [rateLimitRoutes] };
  const { adminToken: bootstrap, publicUrl } = config.http;
  const tokensSubject = tokens({ database, bootstrap, doors: [tokenRoutes], instruments, now });
  const auditSubject = audit({ database, doors: [auditRoutes] });
  const sessionsSubject = sessions({
    database,
    tokens: tokensSubject.tokens,
    audit: auditSubject.store,
    publicUrl,
    signIn: config.signIn && gitHub && { config: config.signIn, gitHub },
    doors: [sessionRoutes, signInRoutes],
    instruments,
    now,
  });
  const limitsSubject = rateLimits({ database, instruments, worker, ...limits });
  return { tokensSubject, limitsSubject, auditSubject, sessionsSubject };
}

/** The subjects that use all others. */
function upperSubjects(
  below: Omit<WorkspaceNeeds, "doors" | "pullRequestStore"> & Shared,
  installations: Installations,
) {
  const { github, retention } = below.config;
  const pullRequestsSubject = pullRequests({
    ...below,
    appId: github.appId,
    privateKey: github.privateKey,
    installations,
    templates: new Templates(TEMPLATES),
    retentionDays: retention.pullRequestDays,
    doors: [projectRoutes, pullRequestRoutes, pullRequestCommandRoutes],
    webhooks: webhookHandlers,
  });
  const { pullRequestStore } = pullRequestsSubject.parts;
  const doors = [cleanupRoutes, workspaceRoutes, diskRoutes];
  return { pullRequestsSubject, workspacesSubject: workspaces({ ...below, pullRequestStore, doors }) };
}

/** For operators who want to know what the bot does. */
function watchingSubjects(
  { database, instruments, worker: { now } }: Shared,
  known: {
    readonly outboxSubject: ReturnType<typeof outbox>;
    readonly projectsSubject: ReturnType<typeof projects>;
  } & ReturnType<typeof upperSubjects> &
    ReturnType<typeof incomingSubjects>,
): Subject[] {
  const { workspaces: workspaceStore, cleanupStore: cleanups } = known.workspacesSubject.parts;
  const traces = {
    deliveries: known.deliveriesSubject.store,
    signals: known.signalsSubject.store,
    outbox: known.outboxSubject.store,
    projects: known.projectsSubject.store,
    pullRequests: known.pullRequestsSubject.parts.pullRequestStore,
    workspaces: workspaceStore,
    cleanups,
  };
  return [
    logLevel({ database, instruments, doors: [logLevelRoutes], now }),
    trace({ ...traces, doors: [traceRoutes], now }),
  ];
}

/** Webhooks and signals come last, because all other subjects act on them. */
function incomingSubjects(
  { config, database, redis, instruments, worker }: Shared,
  { github: gitHub, acting }: { github: GitHub; acting: readonly Subject[] },
) {
  const webhooks = webhooksOf(acting);
  const deliveriesSubject = deliveries({
    database,
    github: gitHub,
    secret: config.github.webhookSecret,
    handlers: webhooks,
    doors: [webhookRoutes, deliveryRoutes],
    instruments,
    worker,
  });
  const signalsSubject = signals({
    database,
    redis,
    handlers: signalHandlersOf(acting),
    doors: [signalRoutes],
    streamDoor: signalStream,
    retentionDays: config.retention.signalDays,
    instruments,
    worker,
  });
  return { webhooks, deliveriesSubject, signalsSubject };
}

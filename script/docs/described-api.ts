import { generateKeyPairSync } from "node:crypto";
import { createRoutes } from "../../handlers/register.ts";
import { collectSubjects } from "../../src/all-subjects.ts";
import { loadConfig } from "../../src/config.ts";
import { NO_GATES } from "../../src/http/dependency.ts";
import { type Problems, SERVER_PROBLEMS } from "../../src/http/problem.ts";
import { Database } from "../../src/mongo/database.ts";
import { StoredHeartbeat } from "../../src/mongo/queue/heartbeat.ts";
import { InstanceStore } from "../../src/instances/store.ts";
import { createLogger } from "../../src/monitoring/logger.ts";
import { type MetricDescription, Metrics } from "../../src/monitoring/metrics.ts";
import { Health } from "../../src/health/health.ts";
import { problemsOf } from "../../src/subject.ts";
import { HttpTelemetry } from "../../src/telemetry/http.ts";
import { JobTelemetry } from "../../src/telemetry/jobs.ts";
import { ProcessTelemetry } from "../../src/telemetry/process.ts";
import type { Instruments } from "../../src/telemetry/part.ts";
import { StoredCounts } from "../../src/telemetry/stored-counts.ts";
import { Tokens } from "../../src/tokens/authenticate.ts";
import { Apart } from "../../src/work/apart/apart.ts";
import { PACE } from "../../src/work/pace.ts";
import { Stop } from "../../src/work/stop.ts";

const RSA_BITS = 2_048;
const LEASE_MS = 10_000;

interface DescribedApi {
  /** What `GET /api/v1/openapi.json` answers. */
  readonly description: unknown;
  /** The codes of the server and of all subjects. */
  readonly problems: Problems;
  readonly metrics: readonly MetricDescription[];
}

/** The API of a bot that never runs: it has every route, and is asked only for its own description. */
export async function describedApi(): Promise<DescribedApi> {
  const metrics = new Metrics();
  const instruments = { log: createLogger({ level: "error", format: "json" }), metrics };
  const { subjects, limitsSubject } = describedSubjects(instruments);
  const telemetry = {
    http: new HttpTelemetry(instruments),
    process: new ProcessTelemetry(instruments),
    jobs: new JobTelemetry(instruments),
  };
  const server = createRoutes({
    subjects,
    tokens: new Tokens(null),
    sessions: null,
    audit: null,
    requestLimits: limitsSubject.requestLimits,
    gates: NO_GATES,
    instances: new InstanceStore(Database.unconnected()),
    telemetry,
    metrics,
    storedCounts: new StoredCounts(instruments, []),
    health: new Health([], () => {}),
    now: () => new Date(),
  });
  try {
    const answer = await server.inject("/api/v1/openapi.json");
    if (answer.statusCode !== 200) throw new Error(`The API does not describe itself: ${answer.body}`);
    return {
      description: answer.json(),
      problems: problemsOf(subjects, SERVER_PROBLEMS),
      metrics: metrics.described,
    };
  } finally {
    await server.close();
  }
}

/** The subjects of a bot that never runs. Nothing is connected. */
function describedSubjects(instruments: Instruments): ReturnType<typeof collectSubjects> {
  const database = Database.unconnected();
  const timing = { owner: "", leaseMs: LEASE_MS, now: () => new Date() };
  const heartbeat = new StoredHeartbeat(database, { ...timing, onError: () => {} });
  const worker = { ...timing, heartbeat, pace: PACE, random: Math.random, stop: new Stop() };
  const shared = {
    config: loadConfig(environment()),
    database,
    redis: null,
    instruments,
    worker,
    apart: new Apart(),
  };
  return collectSubjects(shared, { checkpoint: () => {}, more: () => [] });
}

/** Valid, and of no use. */
function environment(): Record<string, string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: RSA_BITS });
  return {
    APP_ID: "1",
    PRIVATE_KEY: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    WEBHOOK_SECRET: "unused",
    MONGODB_URI: "mongodb://unused.invalid/orb-bot",
  };
}

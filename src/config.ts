import { readFileSync } from "node:fs";
import { z } from "zod";
import { OrbError } from "./errors.ts";
import { Secret } from "./secret.ts";
import { type Role, SETTINGS } from "./settings.ts";

/** BSD's EX_CONFIG, with which the process ends where the environment is wrong. */
export const EXIT_CONFIG = 78;

export interface Config {
  readonly github: {
    readonly appId: number;
    readonly privateKey: Secret;
    readonly webhookSecret: Secret;
    /** Without a slash at the end. */
    readonly apiUrl: string;
  };
  /** May hold a password, as may that of Redis. */
  readonly mongodbUri: Secret;
  readonly redisUrl: Secret | null;
  readonly roles: ReadonlySet<Role>;
  readonly workerHost: string;
  readonly http: { readonly host: string; readonly port: number; readonly adminToken: Secret | null };
  /** From where webhooks are fetched where GitHub can't reach the bot. Who knows the address reads what comes there. */
  readonly webhookProxyUrl: Secret | null;
  readonly log: { readonly level: string; readonly format: "json" | "pretty" };
  readonly shutdownTimeoutMs: number;
}

const schema = z.object(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, setting.schema])) as {
    [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]["schema"];
  },
);

/**
 * Reads the whole configuration once.
 *
 * @throws OrbError `bad_configuration`, whose reason lists every problem on a line of its own.
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  // `NAME=` in an env file means "not set", as everywhere.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => describe(issue, given));
  if (given["WEBHOOK_PROXY_URL"] && given["NODE_ENV"] === "production") {
    problems.push("WEBHOOK_PROXY_URL is not for production: whoever knows the address reads all webhooks");
  }
  const { PRIVATE_KEY: inPlace, PRIVATE_KEY_PATH: path } = given;
  // Read whatever else is wrong, so that all problems are known at once; a key in place is the schema's.
  const key = inPlace ? parsed.data?.PRIVATE_KEY : readKeyFile(path?.trim(), problems);
  if (!parsed.success || !key || problems.length > 0) {
    throw new OrbError({
      code: "bad_configuration",
      reason: `The environment can't be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
      remedy: "Set these variables; docs/configuration.md describes each, .env.example is a start.",
    });
  }
  return toConfig(parsed.data, key);
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = issue.path.join(".");
  return `${name} ${name in given ? issue.message : "is not set"}`;
}

function readKeyFile(path: string | undefined, problems: string[]): Secret | undefined {
  if (path === undefined) {
    problems.push("PRIVATE_KEY is not set, nor is PRIVATE_KEY_PATH");
    return undefined;
  }
  try {
    return SETTINGS.PRIVATE_KEY.schema.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const why = error instanceof z.ZodError ? "does not hold a private RSA key in PEM" : "can't be read";
    problems.push(`PRIVATE_KEY_PATH ${path} ${why}`);
    return undefined;
  }
}

function toConfig(settings: z.infer<typeof schema>, privateKey: Secret): Config {
  const enterprise = settings.GHE_HOST && `${settings.GHE_PROTOCOL}://${settings.GHE_HOST}/api/v3`;
  return {
    github: {
      appId: settings.APP_ID,
      privateKey,
      webhookSecret: settings.WEBHOOK_SECRET,
      apiUrl: settings.GITHUB_API_URL ?? enterprise ?? "https://api.github.com",
    },
    mongodbUri: new Secret(settings.MONGODB_URI),
    redisUrl: settings.REDIS_URL === undefined ? null : new Secret(settings.REDIS_URL),
    roles: settings.ROLES,
    workerHost: settings.WORKER_HOST,
    http: { host: settings.HOST, port: settings.PORT, adminToken: settings.ADMIN_TOKEN ?? null },
    webhookProxyUrl: settings.WEBHOOK_PROXY_URL === undefined ? null : new Secret(settings.WEBHOOK_PROXY_URL),
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT },
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT_MS,
  };
}

/** Whether the environment names no GitHub App yet, outside production, where a missing one is a mistake. */
export function needsSetup(env: Record<string, string | undefined>): boolean {
  const named = env["APP_ID"] || env["PRIVATE_KEY"] || env["PRIVATE_KEY_PATH"];
  return !named && env["NODE_ENV"] !== "production";
}

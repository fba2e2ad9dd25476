import { readFileSync } from "node:fs";
import { z } from "zod";
import { OrbError } from "./errors.ts";
import type { Network } from "./networks.ts";
import { issueWords } from "./input/rules/issue-words.ts";
import { looksLikeKey, readPrivateKey } from "./private-key.ts";
import { Secret } from "./secret.ts";
import { type RateLimitCategory } from "./rate-limit-categories.ts";
import { type Role, SETTINGS } from "./settings.ts";
import type { SignInRule } from "./sign-in-rules.ts";

/** BSD's EX_CONFIG: the exit code for an invalid environment. */
export const EXIT_CONFIG = 78;

export interface Config {
  readonly github: {
    readonly appId: number;
    readonly privateKey: Secret;
    readonly webhookSecret: Secret;
    /** Without a trailing slash. */
    readonly apiUrl: string;
  };
  /** May contain a password, like the Redis address. */
  readonly mongodbUri: Secret;
  readonly redisUrl: Secret | null;
  /** How long what was handled, or has ended, is stored. */
  readonly retention: { readonly signalDays: number; readonly pullRequestDays: number };
  readonly roles: ReadonlySet<Role>;
  readonly workerHost: string;
  /** Absolute paths. */
  readonly workspaces: {
    /** Holds the workspaces of this host; `null`: nothing is cleaned up here. */
    readonly root: string | null;
    /** `null`: workspaces with work that is nowhere else are kept. */
    readonly archive: string | null;
    /** An emergency clean-up begins above `highPercent` and ends at `lowPercent`, of bytes as of inodes. */
    readonly disk: { readonly highPercent: number; readonly lowPercent: number };
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Of a process without the role `web`; `null`: it does not listen. */
    readonly healthPort: number | null;
    /** The origin under which browsers see the bot; `null` if nobody said it. */
    readonly publicUrl: string | null;
    readonly adminToken: Secret | null;
  };
  /** “Sign in with GitHub”; `null`: nobody can. */
  readonly signIn: {
    readonly clientId: string;
    readonly clientSecret: Secret;
    readonly publicUrl: string;
    readonly allowed: readonly SignInRule[];
  } | null;
  readonly rateLimits: {
    /** Of every category. */
    readonly limits: ReadonlyMap<RateLimitCategory, number>;
    readonly trustedProxies: readonly Network[];
    /** The draft whose header fields are sent. */
    readonly headers: "10" | "11" | "off";
  };
  /** Where to fetch webhooks if GitHub can't reach the bot. Anyone with the address can read them. */
  readonly webhookProxyUrl: Secret | null;
  readonly log: { readonly level: string; readonly format: "json" | "pretty" };
  /** `null`: nothing is reported. The DSN may be invalid. */
  readonly sentry: {
    readonly dsn: Secret;
    readonly environment: string;
    /** From 0 to 1. */
    readonly tracesSampleRate: number;
  } | null;
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
 * @throws OrbError `bad_configuration`; its reason lists every problem on a line of its own.
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  // `NAME=` in an env file means "not set", as usual.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(given, { error: issueWords });
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => describe(issue, given));
  if (given["WEBHOOK_PROXY_URL"] && given["NODE_ENV"] === "production") {
    problems.push(
      "WEBHOOK_PROXY_URL must not be set in production: everybody who knows the address can read all webhooks",
    );
  }
  if (parsed.success) problems.push(...workspaceProblems(parsed.data), ...signInProblems(parsed.data));
  const { PRIVATE_KEY: inPlace, PRIVATE_KEY_PATH: path } = given;
  // The file is read even if there are other problems, so that all are reported at once. The schema checks PRIVATE_KEY.
  const key = inPlace ? parsed.data?.PRIVATE_KEY : readKeyFile(path?.trim(), problems);
  if (!parsed.success || !key || problems.length > 0) {
    throw new OrbError({
      code: "bad_configuration",
      reason: `The environment is not valid:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
      remedy:
        "Fix these variables. docs/configuration.md describes each of them; .env.example is a template.",
    });
  }
  return toConfig(parsed.data, key);
}

/** What links lead to is checked when the root is opened: src/workspaces/tree/workspace-root.ts. */
function workspaceProblems(settings: z.infer<typeof schema>): readonly string[] {
  const { WORKSPACE_ROOT: root, WORKSPACE_ARCHIVE: archive } = settings;
  const { DISK_HIGH_PERCENT: high, DISK_LOW_PERCENT: low } = settings;
  const problems: string[] = [];
  if (low >= high) problems.push(`DISK_LOW_PERCENT ${low} must be lower than DISK_HIGH_PERCENT, ${high}`);
  if (root === "/") problems.push("WORKSPACE_ROOT / is the whole system; use a folder of its own");
  if (root === undefined || archive === undefined || root === "/") return problems;
  if (isIn(root, archive)) problems.push("WORKSPACE_ARCHIVE is in WORKSPACE_ROOT, where it would be removed");
  else if (isIn(archive, root)) problems.push("WORKSPACE_ARCHIVE must not hold WORKSPACE_ROOT");
  return problems;
}

function signInProblems(settings: z.infer<typeof schema>): readonly string[] {
  if (settings.SIGN_IN_ALLOWED === undefined) return [];
  const needed = ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "PUBLIC_URL"] as const;
  const missing = needed.filter((name) => settings[name] === undefined);
  return missing.map((name) => `${name} is not set, and SIGN_IN_ALLOWED needs it`);
}

function isIn(outer: string, inner: string): boolean {
  return `${inner}/`.startsWith(outer === "/" ? outer : `${outer}/`);
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = issue.path.join(".");
  return `${name} ${name in given ? issue.message : "is not set"}`;
}

function readKeyFile(path: string | undefined, problems: string[]): Secret | undefined {
  if (path === undefined) {
    problems.push("PRIVATE_KEY or PRIVATE_KEY_PATH must be set");
    return undefined;
  }
  if (looksLikeKey(path)) {
    problems.push("PRIVATE_KEY_PATH holds a key and not a path; set PRIVATE_KEY to it instead");
    return undefined;
  }
  const key = readFile(path);
  const pem = key === null ? null : readPrivateKey(key);
  if (pem !== null) return new Secret(pem);
  const why = key === null ? "can't be read" : "is not a private RSA key in PEM format";
  problems.push(`PRIVATE_KEY_PATH ${path} ${why}`);
  return undefined;
}

function readFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/**
 * The API of a host. GitHub's own domains have it on a host of its own, also with data residency; a GitHub Enterprise Server has
 * it in a path.
 *
 * https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/network-details-for-ghecom
 * https://docs.github.com/en/enterprise-server@latest/rest/quickstart
 */
function apiOf(host: string, protocol: string): string {
  const ours = /^(?:api\.)?(github\.com|[a-z0-9-]+\.ghe\.com)$/i.exec(host)?.[1];
  return ours === undefined ? `${protocol}://${host}/api/v3` : `https://api.${ours.toLowerCase()}`;
}

function toConfig(settings: z.infer<typeof schema>, privateKey: Secret): Config {
  const enterprise = settings.GHE_HOST && apiOf(settings.GHE_HOST, settings.GHE_PROTOCOL);
  return {
    github: {
      appId: settings.APP_ID,
      privateKey,
      webhookSecret: settings.WEBHOOK_SECRET,
      apiUrl: settings.GITHUB_API_URL ?? enterprise ?? "https://api.github.com",
    },
    mongodbUri: new Secret(settings.MONGODB_URI),
    redisUrl: settings.REDIS_URL === undefined ? null : new Secret(settings.REDIS_URL),
    retention: {
      signalDays: settings.SIGNAL_RETENTION_DAYS,
      pullRequestDays: settings.PULL_REQUEST_RETENTION_DAYS,
    },
    roles: settings.ROLES,
    workerHost: settings.WORKER_HOST,
    workspaces: {
      root: settings.WORKSPACE_ROOT ?? null,
      archive: settings.WORKSPACE_ARCHIVE ?? null,
      disk: { highPercent: settings.DISK_HIGH_PERCENT, lowPercent: settings.DISK_LOW_PERCENT },
    },
    http: {
      host: settings.HOST,
      port: settings.PORT,
      healthPort: settings.HEALTH_PORT ?? null,
      publicUrl: settings.PUBLIC_URL ?? null,
      adminToken: settings.ADMIN_TOKEN ?? null,
    },
    signIn: signInOf(settings),
    rateLimits: {
      limits: settings.RATE_LIMITS,
      trustedProxies: settings.TRUSTED_PROXIES ?? [],
      headers: settings.RATE_LIMIT_HEADERS,
    },
    webhookProxyUrl: settings.WEBHOOK_PROXY_URL === undefined ? null : new Secret(settings.WEBHOOK_PROXY_URL),
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT },
    sentry:
      settings.SENTRY_DSN === undefined
        ? null
        : {
            dsn: settings.SENTRY_DSN,
            environment: settings.SENTRY_ENVIRONMENT,
            tracesSampleRate: settings.SENTRY_TRACES_SAMPLE_RATE,
          },
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT_MS,
  };
}

function signInOf({
  GITHUB_CLIENT_ID: clientId,
  GITHUB_CLIENT_SECRET: clientSecret,
  PUBLIC_URL: publicUrl,
  SIGN_IN_ALLOWED: allowed,
}: z.infer<typeof schema>): Config["signIn"] {
  const isComplete = clientId !== undefined && clientSecret !== undefined && publicUrl !== undefined;
  return isComplete && allowed !== undefined ? { clientId, clientSecret, publicUrl, allowed } : null;
}

/** Whether the environment names no GitHub App yet, outside production, where a missing one is a mistake. */
export function needsSetup(env: Record<string, string | undefined>): boolean {
  const named = env["APP_ID"] || env["PRIVATE_KEY"] || env["PRIVATE_KEY_PATH"];
  return !named && env["NODE_ENV"] !== "production";
}

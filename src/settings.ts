import { hostname } from "node:os";
import { z } from "zod";
import { readNetworks } from "./networks.ts";
import { RATE_LIMITS_DEFAULT, readRateLimits } from "./rate-limit-categories.ts";
import { Secret } from "./secret.ts";
import { SENTRY_SETTINGS } from "./sentry-settings.ts";
import { days, folder, httpUrl, percent, privateKey, publicUrl, readBy, text } from "./setting-forms.ts";
import { readSignInRules } from "./sign-in-rules.ts";

export const ROLES = ["web", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** One environment variable: how it is read, and how the docs describe it. */
interface Setting {
  readonly schema: z.ZodType;
  /** As shown in the docs; `required` and `unset` are words, everything else is a value. */
  readonly default: string;
  readonly meaning: string;
  readonly group: "GitHub App" | "Server" | "Stores" | "Workspaces";
}

const roles = text.transform((value, context) => {
  const names = value.split(",").map((name) => name.trim());
  const parsed = z.array(z.enum(ROLES)).safeParse(names);
  if (parsed.success) return new Set<Role>(parsed.data);
  context.addIssue(`must be a comma-separated list of ${ROLES.join(", ")}`);
  return z.NEVER;
});

/** Every environment variable that the bot reads; docs/configuration.md and .env.example are generated from it. */
export const SETTINGS = {
  APP_ID: {
    schema: z.coerce.number("must be the App's number").int().positive(),
    default: "required",
    meaning: "the GitHub App's id, from its settings page",
    group: "GitHub App",
  },
  PRIVATE_KEY: {
    schema: privateKey.optional(),
    default: "required, or `PRIVATE_KEY_PATH`",
    meaning: "the App's private key (PEM); line ends may be written as `\\n`, or the whole key in base64",
    group: "GitHub App",
  },
  PRIVATE_KEY_PATH: {
    schema: text.optional(),
    default: "unset",
    meaning: "path of the `.pem` file, instead of `PRIVATE_KEY`",
    group: "GitHub App",
  },
  WEBHOOK_SECRET: {
    schema: text.transform((value) => new Secret(value)),
    default: "required",
    meaning:
      "the webhook secret of the App; an empty one is refused, because then anybody could send webhooks as GitHub",
    group: "GitHub App",
  },
  GITHUB_CLIENT_ID: {
    schema: text.optional(),
    default: "unset",
    meaning: "the App's client id, from its settings page, with which people sign in with GitHub",
    group: "GitHub App",
  },
  GITHUB_CLIENT_SECRET: {
    schema: text.transform((value) => new Secret(value)).optional(),
    default: "unset",
    meaning: "a client secret of the App, generated on its settings page",
    group: "GitHub App",
  },
  SIGN_IN_ALLOWED: {
    schema: readBy(readSignInRules).optional(),
    default: "unset",
    meaning:
      "who may sign in with GitHub, each with scopes, with commas between them, such as `octocat=admin,org:acme=read,team:acme/ops=read+write`; needs `GITHUB_CLIENT_ID`, `GITHUB_CLIENT_SECRET` and `PUBLIC_URL`. If unset, nobody can sign in with GitHub",
    group: "GitHub App",
  },
  WEBHOOK_PROXY_URL: {
    schema: httpUrl.optional(),
    default: "unset",
    meaning:
      "a channel of <https://smee.io/new> from which the bot fetches webhooks on a machine that GitHub can't reach; refused if `NODE_ENV` is `production`, because anybody who knows the address can read them",
    group: "GitHub App",
  },
  HTTPS_PROXY: {
    schema: httpUrl.optional(),
    default: "unset",
    meaning:
      "the proxy through which the bot reaches GitHub and Sentry, as `http://user:password@host:port`; `HTTP_PROXY` is for addresses with `http://`. Connections to MongoDB and Redis do not use it",
    group: "GitHub App",
  },
  HTTP_PROXY: {
    schema: httpUrl.optional(),
    default: "unset",
    meaning: "the same for addresses that begin with `http://`",
    group: "GitHub App",
  },
  NO_PROXY: {
    schema: text.optional(),
    default: "unset",
    meaning:
      "hosts that are reached without the proxy, with commas between them, such as `localhost,.example.com`",
    group: "GitHub App",
  },
  GHE_HOST: {
    schema: z
      .string()
      .trim()
      .regex(/^[a-z0-9.-]+(?::\d+)?$/i, "must be a host name, optionally with a port")
      .optional(),
    default: "unset",
    meaning:
      "host of a GitHub Enterprise Server, or of GitHub Enterprise Cloud with data residency (`octocorp.ghe.com`); sets `GITHUB_API_URL` to the server's `/api/v3`, or to `https://api.octocorp.ghe.com`",
    group: "GitHub App",
  },
  GHE_PROTOCOL: {
    schema: z.enum(["http", "https"]).default("https"),
    default: "https",
    meaning: "protocol for a `GHE_HOST` that is a GitHub Enterprise Server",
    group: "GitHub App",
  },
  GITHUB_API_URL: {
    schema: httpUrl.optional(),
    default: "https://api.github.com",
    meaning: "root URL of GitHub's API; GitHub Actions uses the same name",
    group: "GitHub App",
  },
  MONGODB_URI: {
    schema: z
      .string({ error: "is required" })
      .regex(/^mongodb(\+srv)?:\/\//, "must start with mongodb:// or mongodb+srv://"),
    default: "required in production",
    meaning:
      "a MongoDB replica set, which may have a single node: the bot uses transactions and change streams. Start it with `--setParameter transactionLifetimeLimitSeconds=5`: with MongoDB's default of 60, a killed process makes others wait that long",
    group: "Stores",
  },
  REDIS_URL: {
    schema: z
      .string()
      .regex(/^rediss?:\/\//, "must start with redis:// or rediss://")
      .optional(),
    default: "unset",
    meaning:
      "Redis for the streams `orb:signals` and `orb:events`; if unset, signals arrive over HTTP only and events stay in MongoDB",
    group: "Stores",
  },
  SIGNAL_RETENTION_DAYS: {
    schema: days(90),
    default: "90",
    meaning:
      "how many days a signal is stored after it came in and was handled; a signal that is sent again later counts as a new one",
    group: "Stores",
  },
  PULL_REQUEST_RETENTION_DAYS: {
    schema: days(180),
    default: "180",
    meaning:
      "how many days the record of a pull request is stored after it was merged or closed, or after a completion that could not be published; and a project after it last changed, if it has no record left",
    group: "Stores",
  },
  ROLES: {
    schema: roles.default(new Set(ROLES)),
    default: "web,worker",
    meaning:
      "`web` (HTTP, webhooks), `worker` (signals, publishing, events) or both; several processes may have the same role",
    group: "Server",
  },
  HOST: {
    schema: text.default("localhost"),
    default: "localhost",
    meaning: "address to listen on; `0.0.0.0` in a container",
    group: "Server",
  },
  PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).default(3000),
    default: "3000",
    meaning: "port to listen on; 0 means any free port",
    group: "Server",
  },
  HEALTH_PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).optional(),
    default: "unset",
    meaning:
      "port on which a process without the role `web` answers `/livez`, `/readyz`, `/health` and `/metrics`, and nothing else; unset: it listens nowhere. With the role `web` they are on `PORT`",
    group: "Server",
  },
  PUBLIC_URL: {
    schema: publicUrl.optional(),
    default: "unset",
    meaning:
      "the address of the bot as browsers see it, such as `https://orb.example.com`. With `http://`, which only `localhost` may have, cookies are sent without HTTPS. If unset, browsers must reach the bot by HTTPS, or as `localhost`",
    group: "Server",
  },
  ADMIN_TOKEN: {
    schema: z
      .string()
      .trim()
      .min(32, "must have at least 32 characters")
      // It is sent in a header, as `Bearer` and a single word.
      .regex(/^[\x21-\x7e]*$/, "must consist of printable ASCII characters without spaces")
      .transform((value) => new Secret(value))
      .optional(),
    default: "unset",
    meaning:
      "an API token with every scope, at least 32 characters, besides those that `script/token` and the API make",
    group: "Server",
  },
  TRUSTED_PROXIES: {
    schema: readBy(readNetworks).optional(),
    default: "unset",
    meaning:
      "networks of your proxies, with commas between them, such as `10.0.0.0/8,fd00::/8`: from them, and only from them, the address of a client is read from `X-Forwarded-For`. If unset, the header is ignored, and all clients behind a proxy share the limits of its address",
    group: "Server",
  },
  RATE_LIMITS: {
    schema: readBy(readRateLimits).prefault(RATE_LIMITS_DEFAULT),
    default: RATE_LIMITS_DEFAULT,
    meaning:
      "how many requests of each category one caller, and one address, may send in a minute; those that you leave out keep their default. `PUT /api/v1/rate-limits/{category}` changes them while the bot runs, and takes precedence",
    group: "Server",
  },
  RATE_LIMIT_HEADERS: {
    schema: z.enum(["10", "11", "off"]).default("10"),
    default: "10",
    meaning:
      "the IETF draft (`draft-ietf-httpapi-ratelimit-headers`) whose `RateLimit` and `RateLimit-Policy` are sent: `10`, `11`, or `off`. What is sent has the same form in both. `Retry-After` is always sent",
    group: "Server",
  },
  LOG_LEVEL: {
    schema: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    default: "info",
    meaning: "lowest level that is logged",
    group: "Server",
  },
  LOG_FORMAT: {
    schema: z.enum(["json", "pretty"]).default("json"),
    default: "json",
    meaning: "`json`, or `pretty` to read at a terminal",
    group: "Server",
  },
  ...SENTRY_SETTINGS,
  SHUTDOWN_TIMEOUT_MS: {
    schema: z.coerce.number().int().min(0).max(600_000).default(25_000),
    default: "25000",
    meaning:
      "how long running work may take to finish after SIGTERM, at most 5 seconds even if this is more. Its requests are then cut, and the bot exits within 4 seconds",
    group: "Server",
  },
  WORKER_HOST: {
    schema: text.default(() => hostname()),
    default: "the host's name",
    meaning:
      "the name of this host: signals name it as the `host` of a workspace, and the bot cleans up only workspaces of its own host; it stands in leases and stream consumers too",
    group: "Workspaces",
  },
  WORKSPACE_ROOT: {
    schema: folder.optional(),
    default: "unset",
    meaning:
      "the folder that holds this host's workspaces, each in a folder of its own, and nothing else: what nobody knows there is removed after a time; if unset, nothing is cleaned up on this host",
    group: "Workspaces",
  },
  WORKSPACE_ARCHIVE: {
    schema: folder.optional(),
    default: "unset",
    meaning:
      "the folder in which unpushed work is archived before its workspace is removed, outside of `WORKSPACE_ROOT`; if unset, workspaces with such work are kept",
    group: "Workspaces",
  },
  DISK_HIGH_PERCENT: {
    schema: percent(85),
    default: "85",
    meaning:
      "how full the disk of `WORKSPACE_ROOT` may be, in bytes or in inodes; above it, an emergency clean-up begins",
    group: "Workspaces",
  },
  DISK_LOW_PERCENT: {
    schema: percent(75),
    default: "75",
    meaning:
      "an emergency clean-up ends when the disk is no fuller than this; lower than `DISK_HIGH_PERCENT`",
    group: "Workspaces",
  },
} as const satisfies Record<string, Setting>;

import { generateKeyPairSync } from "node:crypto";
import { hostname } from "node:os";
import { inspect } from "node:util";
import { describe, expect, test } from "../../support/testing.ts";
import { type Config, loadConfig } from "../../../src/config.ts";
import { readNetworks } from "../../../src/networks.ts";
import { RATE_LIMITS } from "../../../src/rate-limit-categories.ts";
import { configProblems, configRefusal, type Env } from "../../support/bot/config-problems.ts";

const WEBHOOK_SECRET = "the-webhook-secret-itself";
const CLIENT_SECRET = "the-client-secret-itself";
const ADMIN_TOKEN = "orb_the-admin-token-itself-0123456789";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const NOWHERE = "/nowhere/app.pem";
const KEY_BODY = PEM.split("\n")[1] ?? "";

const REQUIRED: Env = {
  APP_ID: "17",
  PRIVATE_KEY: PEM,
  WEBHOOK_SECRET,
  MONGODB_URI: "mongodb://127.0.0.1:27017/orb-bot",
};

const SIGN_IN: Env = {
  PUBLIC_URL: "https://orb.example",
  GITHUB_CLIENT_ID: "Iv1.client",
  GITHUB_CLIENT_SECRET: CLIENT_SECRET,
  SIGN_IN_ALLOWED: "octocat=admin",
};

function shape({ github, http, mongodbUri, redisUrl, webhookProxyUrl, signIn, sentry, ...config }: Config) {
  const { appId, apiUrl } = github;
  return {
    ...config,
    mongodbUri: mongodbUri.reveal(),
    redisUrl: redisUrl?.reveal() ?? null,
    webhookProxyUrl: webhookProxyUrl?.reveal() ?? null,
    appId,
    apiUrl,
    host: http.host,
    port: http.port,
    administrated: http.adminToken !== null,
    publicUrl: http.publicUrl,
    signIn: signIn && { ...signIn, clientSecret: signIn.clientSecret.reveal() },
    sentry,
  };
}

test("the required variables are enough; everything else has a default", () => {
  expect(shape(loadConfig(REQUIRED))).toEqual({
    appId: 17,
    apiUrl: "https://api.github.com",
    mongodbUri: "mongodb://127.0.0.1:27017/orb-bot",
    redisUrl: null,
    webhookProxyUrl: null,
    roles: new Set(["web", "worker"]),
    retention: { signalDays: 90, pullRequestDays: 180 },
    workerHost: hostname(),
    workspaces: { root: null, archive: null, disk: { highPercent: 85, lowPercent: 75 } },
    host: "localhost",
    port: 3000,
    administrated: false,
    rateLimits: { limits: new Map(Object.entries(RATE_LIMITS)), trustedProxies: [], headers: "10" },
    publicUrl: null,
    signIn: null,
    sentry: null,
    log: { level: "info", format: "json" },
    shutdownTimeoutMs: 25_000,
  });
});

test("every variable is read", () => {
  const config = loadConfig({
    ...REQUIRED,
    GITHUB_API_URL: "https://github.example/api/v3//",
    REDIS_URL: "rediss://cache.example:6380/2",
    WEBHOOK_PROXY_URL: "https://smee.io/a-channel",
    ROLES: " worker , web",
    WORKER_HOST: "agents-1",
    WORKSPACE_ROOT: "/srv//agents/",
    WORKSPACE_ARCHIVE: "/srv/archive",
    DISK_HIGH_PERCENT: "92.5",
    DISK_LOW_PERCENT: "80",
    SIGNAL_RETENTION_DAYS: "7",
    PULL_REQUEST_RETENTION_DAYS: "14",
    HOST: "0.0.0.0",
    PORT: "0",
    ...SIGN_IN,
    ADMIN_TOKEN,
    TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.7,fd00::/8",
    RATE_LIMITS: "read=1, auth-failure = 10000",
    RATE_LIMIT_HEADERS: "11",
    LOG_LEVEL: "debug",
    LOG_FORMAT: "pretty",
    SHUTDOWN_TIMEOUT_MS: "0",
  });

  expect(shape(config)).toEqual({
    appId: 17,
    apiUrl: "https://github.example/api/v3",
    mongodbUri: "mongodb://127.0.0.1:27017/orb-bot",
    redisUrl: "rediss://cache.example:6380/2",
    webhookProxyUrl: "https://smee.io/a-channel",
    roles: new Set(["web", "worker"]),
    retention: { signalDays: 7, pullRequestDays: 14 },
    workerHost: "agents-1",
    workspaces: {
      root: "/srv/agents",
      archive: "/srv/archive",
      disk: { highPercent: 92.5, lowPercent: 80 },
    },
    host: "0.0.0.0",
    port: 0,
    administrated: true,
    rateLimits: {
      limits: new Map(Object.entries({ ...RATE_LIMITS, read: 1, "auth-failure": 10_000 })),
      trustedProxies: readNetworks("10.0.0.0/8,192.0.2.7/32,fd00::/8"),
      headers: "11",
    },
    publicUrl: "https://orb.example",
    signIn: expect.objectContaining({ clientId: "Iv1.client", clientSecret: CLIENT_SECRET }),
    log: { level: "debug", format: "pretty" },
    sentry: null,
    shutdownTimeoutMs: 0,
  });
  expect(config.github.webhookSecret.reveal()).toBe(WEBHOOK_SECRET);
  expect(config.http.adminToken?.reveal()).toBe(ADMIN_TOKEN);
});

test.each([
  { env: { GHE_HOST: "ghe.example" }, apiUrl: "https://ghe.example/api/v3" },
  { env: { GHE_HOST: "octocorp.ghe.com" }, apiUrl: "https://api.octocorp.ghe.com" },
  { env: { GHE_HOST: "api.OctoCorp.ghe.com", GHE_PROTOCOL: "http" }, apiUrl: "https://api.octocorp.ghe.com" },
  { env: { GHE_HOST: "ghe.com.example" }, apiUrl: "https://ghe.com.example/api/v3" },
  { env: { GHE_HOST: "ghe.example:8443", GHE_PROTOCOL: "http" }, apiUrl: "http://ghe.example:8443/api/v3" },
  { env: { GHE_HOST: "ghe.example", GITHUB_API_URL: "https://api.example" }, apiUrl: "https://api.example" },
  { env: { GHE_PROTOCOL: "http" }, apiUrl: "https://api.github.com" },
])("with $env, GitHub's API is at $apiUrl", ({ env, apiUrl }) => {
  expect(loadConfig({ ...REQUIRED, ...env }).github.apiUrl).toBe(apiUrl);
});

test("webhooks are fetched from a proxy in development only", () => {
  const env = { ...REQUIRED, WEBHOOK_PROXY_URL: "https://smee.io/a-channel" };
  expect(configProblems({ ...env, NODE_ENV: "production" })).toEqual([
    expect.stringContaining("WEBHOOK_PROXY_URL must not be set in production"),
  ]);
  expect(loadConfig({ ...env, NODE_ENV: "development" }).webhookProxyUrl?.reveal()).toBe(
    env.WEBHOOK_PROXY_URL,
  );
});

describe("problems", () => {
  test("are all listed at once if nothing is set", () => {
    expect(configProblems({})).toEqual([
      "APP_ID is not set",
      "WEBHOOK_SECRET is not set",
      "MONGODB_URI is not set",
      "PRIVATE_KEY or PRIVATE_KEY_PATH must be set",
    ]);
  });

  test("are all listed at once if everything is wrong", () => {
    const wrong = {
      APP_ID: "seventeen",
      PRIVATE_KEY: "not a key",
      WEBHOOK_SECRET: " ",
      GHE_HOST: "https://ghe.example/",
      GHE_PROTOCOL: "gopher",
      GITHUB_API_URL: "ftp://github.example",
      MONGODB_URI: "postgres://127.0.0.1",
      REDIS_URL: "127.0.0.1:6379",
      ROLES: "web,queen",
      PORT: "65536",
      ADMIN_TOKEN: "short",
      LOG_LEVEL: "loud",
      LOG_FORMAT: "xml",
      SHUTDOWN_TIMEOUT_MS: "-1",
      WORKSPACE_ROOT: "workspaces",
      WORKSPACE_ARCHIVE: "../archive",
      DISK_HIGH_PERCENT: "100",
      DISK_LOW_PERCENT: "0",
    };
    const named = configProblems(wrong).map((problem) => problem.split(" ", 1)[0]);
    expect(named).toEqual(Object.keys(wrong));
  });

  test("include a key file that can't be read", () => {
    expect(configProblems({ PRIVATE_KEY_PATH: NOWHERE, APP_ID: "1" })).toEqual([
      "WEBHOOK_SECRET is not set",
      "MONGODB_URI is not set",
      `PRIVATE_KEY_PATH ${NOWHERE} can't be read`,
    ]);
  });

  test("come with a code and a remedy", () => {
    const { code, remedy } = configRefusal({});
    expect(code).toBe("bad_configuration");
    expect(remedy).toContain("docs/configuration.md");
  });

  test.each([
    ["an empty WEBHOOK_SECRET", { WEBHOOK_SECRET: "" }, "WEBHOOK_SECRET is not set"],
    ["a blank WEBHOOK_SECRET", { WEBHOOK_SECRET: " \t" }, "WEBHOOK_SECRET is not set"],
    ["an unknown role", { ROLES: "web,queen" }, "ROLES must be a comma-separated list of web, worker"],
    [
      "an empty role between commas",
      { ROLES: "web," },
      "ROLES must be a comma-separated list of web, worker",
    ],
    [
      "an ADMIN_TOKEN that is too short",
      { ADMIN_TOKEN: "x".repeat(31) },
      "ADMIN_TOKEN must have at least 32 characters",
    ],
    [
      "an ADMIN_TOKEN that no header can carry",
      { ADMIN_TOKEN: `${ADMIN_TOKEN} and more` },
      "ADMIN_TOKEN must consist of printable ASCII characters without spaces",
    ],
    [
      "a GHE_HOST with a protocol",
      { GHE_HOST: "https://ghe.example" },
      "GHE_HOST must be a host name, optionally with a port",
    ],
    [
      "an address without a protocol",
      { GITHUB_API_URL: "api.github.com" },
      "GITHUB_API_URL must be an http:// or https:// address",
    ],
    ["an App id that is not a number", { APP_ID: "seventeen" }, "APP_ID must be the App's number"],
    [
      "a REDIS_URL of another kind",
      { REDIS_URL: "http://redis" },
      "REDIS_URL must start with redis:// or rediss://",
    ],
    [
      "a WORKSPACE_ROOT that depends on the current folder",
      { WORKSPACE_ROOT: "agents" },
      "WORKSPACE_ROOT must be an absolute path",
    ],
    [
      "marks of the disk that leave nothing to clean up between them",
      { DISK_HIGH_PERCENT: "70" },
      "DISK_LOW_PERCENT 75 must be lower than DISK_HIGH_PERCENT, 70",
    ],
    [
      "a WORKSPACE_ROOT that is the root of everything",
      { WORKSPACE_ROOT: "/srv/../" },
      "WORKSPACE_ROOT / is the whole system; use a folder of its own",
    ],
    [
      "an archive that would be removed with the workspaces",
      { WORKSPACE_ROOT: "/srv/agents/", WORKSPACE_ARCHIVE: "/srv/agents/x/../archive" },
      "WORKSPACE_ARCHIVE is in WORKSPACE_ROOT, where it would be removed",
    ],
    [
      "an archive that is the root",
      { WORKSPACE_ROOT: "/srv/agents", WORKSPACE_ARCHIVE: "/srv/agents/" },
      "WORKSPACE_ARCHIVE is in WORKSPACE_ROOT, where it would be removed",
    ],
    [
      "an archive around the root",
      { WORKSPACE_ROOT: "/srv/agents", WORKSPACE_ARCHIVE: "/srv" },
      "WORKSPACE_ARCHIVE must not hold WORKSPACE_ROOT",
    ],
  ])("include %s", (_what, env, problem) => {
    expect(configProblems({ ...REQUIRED, ...env })).toEqual([problem]);
  });
});

describe("secrets stay secret", () => {
  const SECRETS = [WEBHOOK_SECRET, ADMIN_TOKEN, CLIENT_SECRET, KEY_BODY];

  test.each<[string, (config: Config) => string]>([
    ["JSON", (config) => JSON.stringify(config)],
    ["inspection at any depth", (config) => inspect(config, { depth: null, showHidden: true })],
    [
      "String()",
      ({ github, http }) =>
        `${String(github.privateKey)}${String(github.webhookSecret)}${String(http.adminToken)}`,
    ],
    ["an error's cause", (config) => inspect(new Error("failed", { cause: config }), { depth: null })],
  ])("in %s", (_way, show) => {
    const shown = show(loadConfig({ ...REQUIRED, ADMIN_TOKEN, ...SIGN_IN }));
    expect(SECRETS.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(shown).toContain("[redacted]");
  });

  test("in the error that lists what is wrong", () => {
    const error = configRefusal({
      ...REQUIRED,
      PRIVATE_KEY: PEM.replace("-----END", ""),
      ADMIN_TOKEN: "too-short-secret",
      PORT: "x",
    });
    const shown = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error.toRefusal());
    expect([...SECRETS, "too-short-secret"].filter((secret) => shown.includes(secret))).toEqual([]);
  });
});

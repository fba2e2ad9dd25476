import { keyPair } from "../../local-github/key-pairs.ts";

export const ADMIN_TOKEN = "orb_test_0123456789abcdef0123456789abcdef";
export const WEBHOOK_SECRET = "a-webhook-secret-for-tests";

/** A test asks more than any caller does. */
const AMPLE = "signals=10000,read=10000,write=10000,admin=10000,anonymous=10000,auth-failure=10000";

export interface BotSurroundings {
  readonly mongodbUri: string;
  readonly redisUrl?: string;
  /** Settings about rate limits; without them there is no limit that a test reaches. */
  readonly limits?: Readonly<
    Partial<Record<"RATE_LIMITS" | "RATE_LIMIT_HEADERS" | "TRUSTED_PROXIES", string>>
  >;
  /** The folders of this bot's host; without them it cleans up nothing. */
  readonly workspaces?: { readonly host: string; readonly root: string; readonly archive?: string };
  readonly github?: { readonly apiUrl: string; readonly appId: number; readonly privateKeyPem: string };
  /** More variables, such as `PUBLIC_URL`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of a bot in a test. Without a GitHub it has credentials that nobody accepts, at an address where nobody is. */
export function botEnvironment({
  mongodbUri,
  redisUrl,
  github,
  workspaces,
  limits = { RATE_LIMITS: AMPLE },
  env = {},
}: BotSurroundings): Record<string, string> {
  return {
    APP_ID: String(github?.appId ?? 1),
    PRIVATE_KEY: github?.privateKeyPem ?? keyPair(0).privateKey,
    WEBHOOK_SECRET,
    GITHUB_API_URL: github?.apiUrl ?? "http://127.0.0.1:9",
    MONGODB_URI: mongodbUri,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    ...(workspaces && { WORKER_HOST: workspaces.host, WORKSPACE_ROOT: workspaces.root }),
    ...(workspaces?.archive !== undefined && { WORKSPACE_ARCHIVE: workspaces.archive }),
    ...limits,
    ADMIN_TOKEN,
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: process.env["ORB_TEST_LOG_LEVEL"] ?? "fatal",
    ...env,
  };
}

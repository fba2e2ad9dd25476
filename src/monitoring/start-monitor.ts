import { fileURLToPath } from "node:url";
import type { Config } from "../config.ts";
import { type Monitor, noMonitor } from "./monitor.ts";
import { isDsn } from "./rules/dsn.ts";
import { readRelease } from "./release.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/**
 * Starts what reports failures and traces, once for a process. Without `SENTRY_DSN` nothing of Sentry is loaded. A mistake in it does
 * not keep the bot from starting: `onTrouble` of the monitor says it.
 *
 * Called before the bot does anything, so nothing is missed. Node's `--import`, which the SDK's own pages recommend, is for its
 * instrumentation, which has to be there before other modules are loaded. None of it is used.
 */
export async function startMonitor(config: Config, random: () => number = Math.random): Promise<Monitor> {
  const { sentry, workerHost: host, roles } = config;
  if (sentry === null) return noMonitor();
  const dsn = sentry.dsn.reveal();
  if (!isDsn(dsn)) {
    return noMonitor({
      code: "bad_sentry_dsn",
      reason: "SENTRY_DSN is not the address of a project, so nothing is reported to Sentry.",
      remedy:
        "Copy the DSN from the project's settings, Client Keys. It looks like https://<key>@<host>/<number>.",
    });
  }
  try {
    const { SentryMonitor } = await import("./sentry/sentry-monitor.ts");
    const { environment, tracesSampleRate } = sentry;
    const release = await readRelease(ROOT);
    const role = [...roles].toSorted().join(",");
    const secrets = secretsOf(config);
    return new SentryMonitor({
      dsn,
      environment,
      tracesSampleRate,
      release,
      host,
      role,
      secrets,
      root: ROOT,
      random,
    });
  } catch (error) {
    return noMonitor({
      code: "sentry_not_started",
      reason: `Sentry can't be started: ${String(error)}.`,
      remedy: "Install the packages again with npm ci. The bot works without it.",
    });
  }
}

/** The values of all settings that are secret, and the passwords inside them. */
function secretsOf({
  github,
  mongodbUri,
  redisUrl,
  http,
  signIn,
  webhookProxyUrl,
  sentry,
}: Config): string[] {
  const addresses = [mongodbUri, redisUrl, webhookProxyUrl, sentry?.dsn];
  const all = [github.privateKey, github.webhookSecret, http.adminToken, signIn?.clientSecret, ...addresses];
  const values = all.flatMap((secret) => secret?.reveal() ?? []);
  const passwords = addresses.flatMap((secret) => passwordIn(secret?.reveal() ?? ""));
  // The longest first: a part of it must not be cut out before the whole.
  return [...values, ...passwords].toSorted((a, b) => b.length - a.length);
}

/** Of `scheme://user:password@host`, as it is written and as it is meant. */
function passwordIn(address: string): string[] {
  const [, written] = /^[^/]+:\/\/[^/@:]*:([^/@]+)@/.exec(address) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}

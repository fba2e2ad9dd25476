import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Options } from "./options.ts";

const CONFIG = fileURLToPath(new URL("schemathesis.toml", import.meta.url));
/** A stream of events has no end, and the script of the page is the work of others. */
const EXCLUDED = ["streamEvents", "getDocsScript"];
/** They may end the token of the attack or shut its requests out, so they come when all others are done. */
const LAST = ["changeRateLimit", "revokeToken", "rotateToken"];
/** A service that is not there for a while: https://man.freebsd.org/cgi/man.cgi?query=sysexits */
const EX_TEMPFAIL = 75;
/** After a first signal schemathesis still writes its report. */
const REPORT_MS = 30_000;

export interface Attack extends Options {
  readonly program: string;
  readonly url: string;
  readonly token: string;
  /** Where schemathesis keeps its caches. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Attacks the operations, and then those that could end the attack.
 *
 * @returns 0 if every answer was as described, 1 if one was not, 75 if the time was over first
 * @throws Error the reason of `signal`, or if schemathesis can't be started
 */
export async function attackAll(attack: Attack): Promise<number> {
  const { operations, signal } = attack;
  const late = AbortSignal.timeout(attack.seconds * 1_000);
  const chosen = operations.length === 0 ? LAST : LAST.filter((id) => operations.includes(id));
  const first = operations.filter((id) => !LAST.includes(id));
  const shares = [
    ...(operations.length === 0 ? [without([...EXCLUDED, ...LAST])] : first.length > 0 ? [only(first)] : []),
    ...(chosen.length > 0 ? [only(chosen)] : []),
  ];
  const codes: number[] = [];
  for (const share of shares) {
    if (!late.aborted) codes.push(await run(attack, share, late));
    signal.throwIfAborted();
  }
  return codes.find((code) => code !== 0) ?? (late.aborted ? EX_TEMPFAIL : 0);
}

const without = (ids: readonly string[]) => ids.map((id) => `--exclude-operation-id=${id}`);
const only = (ids: readonly string[]) => ids.map((id) => `--include-operation-id=${id}`);

/** @returns the exit code of schemathesis, 0 also if it was ended in time and had found nothing */
async function run(attack: Attack, share: readonly string[], late: AbortSignal): Promise<number> {
  const { program, url, token, folder, examples, workers, seed, signal } = attack;
  const args = [
    `--config-file=${CONFIG}`,
    "run",
    `${url}/api/v1/openapi.json`,
    `--url=${url}`,
    `--header=Authorization: Bearer ${token}`,
    "--checks=all",
    "--generation-database=none",
    `--max-examples=${examples}`,
    `--workers=${workers}`,
    ...(seed === null ? [] : [`--seed=${seed}`]),
    ...share,
  ];
  // In its own process group, so that Ctrl-C reaches it once.
  const child = spawn(program, args, { cwd: folder, stdio: "inherit", detached: true });
  const exit = once(child, "exit") as Promise<[number | null]>;
  let end: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill("SIGINT");
    end = setTimeout(() => child.kill("SIGKILL"), REPORT_MS);
  };
  const any = AbortSignal.any([signal, late]);
  any.addEventListener("abort", stop, { once: true });
  if (any.aborted) stop();
  try {
    const [code] = await exit;
    return code ?? 1;
  } finally {
    any.removeEventListener("abort", stop);
    clearTimeout(end);
  }
}

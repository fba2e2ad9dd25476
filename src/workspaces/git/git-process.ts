import { spawn, type ChildProcess } from "node:child_process";
import { OrbError } from "../../errors.ts";
import { clip } from "../../text/clip.ts";
import { withoutInvisible } from "../../text/invisible.ts";

/** The longest run that reads objects and refs only. Hashing the files of a large work tree may take longer. */
const GIT_TIMEOUT_MS = 120_000;
/** Of git's messages in an error, in characters. */
const MESSAGE_CHARACTERS_MAX = 300;
/** Of stderr, the rest is thrown away. */
const STDERR_BYTES_MAX = 16 * 1024;

export interface GitProcess {
  /** The subcommand and its arguments, without options of git itself. */
  readonly args: readonly string[];
  /** Options of git itself, such as `--git-dir`. */
  readonly options?: readonly string[];
  /** All that git sees of its surroundings. */
  readonly environment: Readonly<Record<string, string>>;
  /** The working directory; `/proc/self/fd/N` pins an open folder. */
  readonly cwd: string;
  /** Descriptors that git inherits, as 3, 4, … */
  readonly descriptors?: readonly number[];
  readonly input?: Buffer;
  readonly onOutput: (chunk: Buffer) => void;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** The executable; another one only in tests. */
  readonly program?: string | undefined;
}

/**
 * Runs git to its end, in a process group of its own. When it takes too long or is stopped, the whole group is killed, so that
 * no child of git outlives it.
 *
 * @throws OrbError `git_failed` (another exit code than 0, a signal), `git_timed_out`, `git_missing`; the reason names the
 *   subcommand. Whatever was printed until then must not be used. With an aborted `signal`, its reason
 */
export async function runGit(call: GitProcess): Promise<void> {
  call.signal?.throwIfAborted();
  const { args, options = [], environment, cwd, descriptors = [], program = "git" } = call;
  const child = spawn(program, [...options, ...args], {
    cwd,
    env: { ...environment },
    detached: true,
    stdio: ["pipe", "pipe", "pipe", ...descriptors],
  });
  await new Promise<void>((resolve, reject) => {
    const end = watch(child, call, reject);
    child.once("close", (code, signal) => {
      end.clear();
      if (end.failure !== null) reject(end.failure);
      else if (code === 0) resolve();
      else
        reject(failed(args, code === null ? `was ended by ${signal}` : `exited with ${code}`, end.stderr()));
    });
  });
}

interface Watch {
  failure: unknown;
  readonly clear: () => void;
  readonly stderr: () => string;
}

function watch(child: ChildProcess, call: GitProcess, reject: (error: unknown) => void): Watch {
  const { args, input, onOutput, timeoutMs = GIT_TIMEOUT_MS, signal } = call;
  const stderr: Buffer[] = [];
  let stderrBytes = 0;
  const stopWith = (failure: unknown): void => {
    state.failure ??= failure;
    killGroup(child);
  };
  const timer = setTimeout(() => stopWith(timedOut(args, timeoutMs)), timeoutMs);
  const onAbort = (): void => stopWith(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const state: Watch = {
    failure: null,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
    stderr: () => Buffer.concat(stderr).toString(),
  };
  child.once("error", (error: NodeJS.ErrnoException) => {
    state.clear();
    reject(error.code === "ENOENT" ? missing(args, error) : failed(args, `could not run: ${error.code}`, ""));
  });
  child.stdout?.on("data", (chunk: Buffer) => {
    try {
      if (state.failure === null) onOutput(chunk);
    } catch (error) {
      stopWith(error);
    }
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    if (stderrBytes < STDERR_BYTES_MAX) stderr.push(chunk);
    stderrBytes += chunk.length;
  });
  // If git ends before it has read everything, its exit code says why.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  return state;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

export function failed(args: readonly string[], how: string, message: string): OrbError {
  const words = clip(withoutInvisible(message.trim()).replaceAll("\n", "; "), MESSAGE_CHARACTERS_MAX);
  return new OrbError({
    code: "git_failed",
    reason: `git ${args[0] ?? ""} ${how}${words === "" ? "." : `: ${words}`}`,
    remedy: "Check the repository with `git fsck`. Until it can be read, the workspace stays.",
  });
}

function timedOut(args: readonly string[], timeoutMs: number): OrbError {
  return new OrbError({
    code: "git_timed_out",
    reason: `git ${args[0] ?? ""} had not finished after ${Math.round(timeoutMs / 1000)} s.`,
    remedy: "The bot tries again. If it stays so, look for a slow disk or a damaged repository.",
  });
}

function missing(args: readonly string[], cause: Error): OrbError {
  return new OrbError(
    {
      code: "git_missing",
      reason: `git ${args[0] ?? ""} could not be started: git is not installed, or the folder is gone.`,
      remedy: "Install git on this host, in /usr/bin or /usr/local/bin.",
    },
    { cause },
  );
}

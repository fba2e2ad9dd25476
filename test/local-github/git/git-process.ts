// One run of git: started here, or by a small process that starts git for this one.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import type { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";

/**
 * The socket of a process that starts git for this one (`git-starter.ts`). Unset: this process starts git itself.
 * Starting a program takes the longer, the more memory the process has that starts it: 2 ms from a small one, 20 ms
 * from a test runner with half a gigabyte, in which that can do nothing else.
 */
export const GIT_STARTER_VARIABLE = "ORB_TEST_GIT_STARTER";
/** The headers between the two processes; their values are JSON, percent-encoded. */
export const COMMAND_HEADER = "x-git-command";
export const OUTCOME_HEADER = "x-git-outcome";
/** Of all headers of a message together; beyond it the run fails. */
export const HEADER_BYTES_MAX = 256 * 1024;

export interface GitCommand {
  readonly args: readonly string[];
  /** All that git sees of its surroundings. */
  readonly environment: Readonly<Record<string, string>>;
  /** The working directory; any will do if the arguments name a repository. */
  readonly cwd?: string;
}

export interface GitOutcome {
  /** -1 where a signal ended git. */
  readonly code: number;
  readonly stderr: string;
}

export interface GitProcess {
  /** git's standard input; the caller ends it. It is no error if git ends before it has read everything. */
  readonly input: Writable;
  /** Rejects only if git can't be started. */
  readonly result: Promise<GitOutcome & { readonly stdout: Buffer }>;
}

/** Of this process, by the other one: more at once would only wait for the processors. */
const RUNS_AT_ONCE = 8;
const connections = new Agent({ maxSockets: RUNS_AT_ONCE });

/** Runs git through the process that `GIT_STARTER_VARIABLE` names, or else as a child of this process. */
export function startGit(command: GitCommand): GitProcess {
  const socketPath = process.env[GIT_STARTER_VARIABLE];
  return socketPath === undefined ? startGitHere(command) : startGitThere(socketPath, command);
}

/** Runs git as a child of this process. */
export function startGitHere({ args, environment, cwd }: GitCommand): GitProcess {
  const child = spawn("git", args, {
    env: { ...environment },
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // If git ends early, its exit code says why; EPIPE adds nothing to that.
  child.stdin.on("error", () => undefined);
  const closed = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  const ended = Promise.all([closed, buffer(child.stdout), buffer(child.stderr)]);
  return {
    input: child.stdin,
    result: ended.then(([code, stdout, stderr]) => ({ code, stdout, stderr: stderr.toString() })),
  };
}

function startGitThere(socketPath: string, command: GitCommand): GitProcess {
  // A connection for each run: one that is used again may be closed by the other side at that moment.
  const headers = { [COMMAND_HEADER]: encodeURIComponent(JSON.stringify(command)), connection: "close" };
  const options = {
    socketPath,
    method: "POST",
    headers,
    agent: connections,
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  const input = request(options);
  const answered = once(input, "response") as Promise<[IncomingMessage]>;
  const result = answered.then(async ([response]) => {
    const stdout = await buffer(response);
    const outcome = decodeURIComponent(String(response.headers[OUTCOME_HEADER] ?? "null"));
    const { code, stderr } = (JSON.parse(outcome) ?? {}) as Partial<GitOutcome>;
    if (code === undefined || stderr === undefined)
      throw new Error(`git was not started: ${stdout.toString()}`);
    return { code, stderr, stdout };
  });
  // Before the answer an error rejects the result; afterwards nothing is lost with the connection.
  input.on("error", () => undefined);
  return { input, result };
}

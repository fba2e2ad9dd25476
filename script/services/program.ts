import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Host } from "./host.ts";

const execute = promisify(execFile);
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;
const COMPLAINT_LIMIT_CHARS = 600;

/** A program that was found and answered with its version. */
export interface Program {
  readonly path: string;
  readonly version: string;
  /** Where it was found, for people. */
  readonly source: string;
}

/**
 * Runs a program with the host's environment, without a shell, in `folder` or where this process runs.
 *
 * @throws Error with the end of the program's error output
 */
export async function run(
  host: Host,
  file: string,
  args: readonly string[],
  { timeoutMs, folder }: { timeoutMs: number; folder?: string },
): Promise<string> {
  const options = { env: host.env, cwd: folder, timeout: timeoutMs, maxBuffer: OUTPUT_LIMIT_BYTES };
  try {
    const { stdout } = await execute(file, args, options);
    return stdout;
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    const complaint = stderr === "" ? String(error) : stderr.slice(-COMPLAINT_LIMIT_CHARS);
    throw new Error(`${file} ${args.slice(0, 3).join(" ")} failed: ${complaint}`, { cause: error });
  }
}

/** The first executable with one of these names on the host's PATH, or undefined. Names earlier in the list win. */
export async function lookUpPath(host: Host, names: readonly string[]): Promise<string | undefined> {
  const folders = (host.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Asks a program for its version, which also proves that it can run here.
 *
 * @throws Error if it can't run, prints no version, or is older than `minimum`
 */
export async function identify(
  host: Host,
  program: { path: string; source: string; minimum: string },
): Promise<Program> {
  const { path, source, minimum } = program;
  const output = await run(host, path, ["--version"], { timeoutMs: 15_000 });
  const version = /(?:^|[\sv=])(\d+\.\d+\.\d+)/m.exec(output)?.[1];
  if (version === undefined) throw new Error(`${path} --version prints no version`);
  if (compareVersions(version, minimum) < 0) {
    throw new Error(`${path} is version ${version}; ${minimum} or newer is needed`);
  }
  return { path, version, source };
}

/** Compares dotted versions as numbers, so that 10.0 comes after 9.1. */
export function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

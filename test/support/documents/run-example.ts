import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DocExample } from "./doc-examples.ts";

const execute = promisify(execFile);
const EXAMPLE_TIMEOUT_MS = 30_000;
const INSTALL_TIMEOUT_MS = 120_000;

/** The client that docs/signals.md names. Pinned, so that later runs use the same version. */
const REDIS_PY = "redis==8.1.0";
const CACHE = fileURLToPath(new URL("../../../.cache/python/", import.meta.url));

const INTERPRETERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  sh: ["sh", "-eu"],
  python: ["python3", "-B", "-"],
};

/**
 * Runs an example as a reader does, with only the page's variables in its environment.
 *
 * @returns its standard output
 * @throws if it ends with a status other than 0
 */
export async function runExample(
  example: DocExample,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const interpreter = INTERPRETERS[example.language];
  if (interpreter === undefined)
    throw new Error(`Line ${example.line}: nothing here runs ${example.language}`);
  const [program, ...args] = interpreter;
  const python = example.code.includes("import redis") ? { PYTHONPATH: await redisPy() } : {};
  const running = execute(program, args, {
    env: { PATH: process.env["PATH"] ?? "", ...python, ...variables },
    timeout: EXAMPLE_TIMEOUT_MS,
  });
  running.child.stdin?.end(example.code);
  const { stdout } = await running;
  return stdout;
}

/** The folder to import redis-py from; it is installed at the first use and kept. */
async function redisPy(): Promise<string> {
  const folder = `${CACHE}${REDIS_PY}`;
  const installed = await access(folder).then(
    () => true,
    () => false,
  );
  if (!installed) await installRedisPy(folder);
  return folder;
}

async function installRedisPy(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(`${CACHE}unfinished-`);
  try {
    const install = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--target",
      unfinished,
    ];
    await execute("python3", [...install, REDIS_PY], { timeout: INSTALL_TIMEOUT_MS });
    // Another worker may have been faster; its copy is as good.
    await rename(unfinished, folder).catch(() => access(folder));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { OrbError } from "../src/errors.ts";

const EXECUTABLES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts the Chromium or Chrome of this machine, which sends nothing by itself.
 *
 * @throws OrbError `chromium_missing`
 */
export async function launchChromium(env: NodeJS.ProcessEnv): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(env), args: ARGUMENTS });
}

/** `CHROMIUM_PATH`, else the first Chromium or Chrome on the PATH. */
function findChromium({ CHROMIUM_PATH, PATH = "" }: NodeJS.ProcessEnv): string {
  const onPath = PATH.split(delimiter).flatMap((folder) => EXECUTABLES.map((name) => join(folder, name)));
  const found = (CHROMIUM_PATH ? [CHROMIUM_PATH] : onPath).find(isExecutable);
  if (found !== undefined) return found;
  throw new OrbError({
    code: "chromium_missing",
    reason: CHROMIUM_PATH
      ? `CHROMIUM_PATH is ${CHROMIUM_PATH}, which can't be run.`
      : `None of ${EXECUTABLES.join(", ")} is on the PATH.`,
    remedy: "Install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH to its executable.",
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Looks at a page: `node script/screenshot.ts URL OUT.png [--width PIXELS] [--dark] [--full-page]
// [--above SELECTOR]`.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { OrbError } from "../src/errors.ts";

const WIDTH_DEFAULT_PX = 1280;
const HEIGHT_PX = 900;
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

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof OrbError)) throw error;
  console.error(`${error.message}\n${error.remedy}`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const { url, output, widthPx, dark, fullPage, above } = parse(args);
  const browser = await chromium.launch({ executablePath: findChromium(process.env), args: ARGUMENTS });
  try {
    const page = await browser.newPage({
      viewport: { width: widthPx, height: HEIGHT_PX },
      colorScheme: dark ? "dark" : "light",
    });
    const answer = await page.goto(url, { waitUntil: "load" });
    const end = above === null ? null : await page.locator(above).first().boundingBox();
    const clip = end && { x: 0, y: 0, width: widthPx, height: end.y };
    await page.screenshot({ path: output, fullPage, ...(clip && { clip }) });
    console.log(`${output}: ${url} answered ${answer?.status() ?? "nothing"}`);
  } finally {
    await browser.close();
  }
}

interface Order {
  readonly url: string;
  readonly output: string;
  readonly widthPx: number;
  readonly dark: boolean;
  readonly fullPage: boolean;
  /** The page ends above this element; `null`: nowhere but at its end. */
  readonly above: string | null;
}

function parse(args: string[]): Order {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      width: { type: "string", default: String(WIDTH_DEFAULT_PX) },
      dark: { type: "boolean", default: false },
      "full-page": { type: "boolean", default: false },
      above: { type: "string" },
    },
  });
  const [url, output, ...rest] = positionals;
  const widthPx = Number(values.width);
  if (
    url === undefined ||
    output === undefined ||
    rest.length > 0 ||
    !Number.isInteger(widthPx) ||
    widthPx < 1
  ) {
    throw new OrbError({
      code: "usage",
      reason: "script/screenshot.ts takes an address and the file to write.",
      remedy:
        "Usage: node script/screenshot.ts URL OUT.png [--width PIXELS] [--dark] [--full-page] [--above SELECTOR]",
    });
  }
  const { dark, "full-page": fullPage, above = null } = values;
  return { url, output, widthPx, dark, fullPage: fullPage || above !== null, above };
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

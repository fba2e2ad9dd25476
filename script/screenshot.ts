// Takes a picture of a page: `node script/screenshot.ts URL OUT.png [--width PIXELS] [--scale FACTOR] [--dark]
// [--full-page] [--from SELECTOR] [--above SELECTOR]`.

import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { OrbError } from "../src/errors.ts";
import { launchChromium } from "./chromium.ts";

const WIDTH_DEFAULT_PX = 1280;
const HEIGHT_PX = 900;
/** Around a picture that does not start at the top of the page. */
const MARGIN_PX = 16;
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof OrbError)) throw error;
  console.error(`${error.message}\n${error.remedy}`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const order = parse(args);
  const { url, output, widthPx, scale, dark, fullPage } = order;
  const browser = await launchChromium(process.env);
  try {
    const page = await browser.newPage({
      viewport: { width: widthPx, height: HEIGHT_PX },
      deviceScaleFactor: scale,
      colorScheme: dark ? "dark" : "light",
    });
    const answer = await page.goto(url, { waitUntil: "load" });
    const clip = await clipOf(page, order);
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
  /** Pixels of the picture per pixel of the page. */
  readonly scale: number;
  readonly dark: boolean;
  readonly fullPage: boolean;
  /** The picture starts at this element and is as wide as it, plus a margin; `null`: it starts at the top. */
  readonly from: string | null;
  /** The picture ends above this element; `null`: at the end of the page. */
  readonly above: string | null;
}

/** The part of the page that the picture shows; `null` for all of it. */
async function clipOf(page: Page, { from, above }: Order) {
  if (from === null && above === null) return null;
  const whole = await boxOf(page, "html");
  const start = from === null ? null : await boxOf(page, from);
  const end = above === null ? whole.height : (await boxOf(page, above)).y;
  if (start === null) return { x: 0, y: 0, width: whole.width, height: end };
  const y = start.y - MARGIN_PX;
  return { x: start.x - MARGIN_PX, y, width: start.width + 2 * MARGIN_PX, height: end - y };
}

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box !== null) return box;
  throw new OrbError({
    code: "element_hidden",
    reason: `The element ${selector} is not visible on the page.`,
    remedy: "Choose the selector of a visible element.",
  });
}

function parse(args: string[]): Order {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      width: { type: "string", default: String(WIDTH_DEFAULT_PX) },
      scale: { type: "string", default: "1" },
      dark: { type: "boolean", default: false },
      "full-page": { type: "boolean", default: false },
      from: { type: "string" },
      above: { type: "string" },
    },
  });
  const [url, output, ...rest] = positionals;
  const widthPx = Number(values.width);
  const scale = Number(values.scale);
  const isPositive = (value: number) => Number.isInteger(value) && value > 0;
  if (
    url === undefined ||
    output === undefined ||
    rest.length > 0 ||
    !isPositive(widthPx) ||
    !isPositive(scale)
  ) {
    throw new OrbError({
      code: "usage",
      reason: "script/screenshot.ts takes a URL and the file to write.",
      remedy:
        "Usage: node script/screenshot.ts URL OUT.png [--width PIXELS] [--scale FACTOR] [--dark] [--full-page] [--from SELECTOR] [--above SELECTOR]",
    });
  }
  const { dark, "full-page": fullPage, from = null, above = null } = values;
  const isClipped = from !== null || above !== null;
  return { url, output, widthPx, scale, dark, fullPage: fullPage || isClipped, from, above };
}

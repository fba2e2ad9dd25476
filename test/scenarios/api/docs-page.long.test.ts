import type { Browser } from "playwright-core";
import { launchChromium } from "../../../script/chromium.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";

const bot = useBot();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium(process.env);
});

afterAll(async () => {
  await browser.close();
});

test("the page shows every part of the API, asks nobody but the bot, and breaks no rule of its own", async () => {
  const page = await browser.newPage();
  const asked: string[] = [];
  const wrong: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  const answer = await page.goto(`${bot.url}/docs`);
  expect(answer?.headers()["content-security-policy"]).toContain("default-src 'none'");
  for (const words of ["Orb bot", "Tokens.", "Send one signal or several"])
    await page.getByText(words).first().waitFor();
  const shown = await page.locator("body").innerText();
  for (const tag of ["Signals", "Projects", "Pull requests", "Clean-ups", "System"])
    expect(shown).toContain(tag);
  expect(asked.filter((url) => !url.startsWith(`${bot.url}/`) && !/^(?:data|blob):/.test(url))).toEqual([]);
  expect(asked).toContain(`${bot.url}/api/v1/openapi.json`);
  expect(wrong).toEqual([]);
});

test("the script may be kept for a while, and is packed only for those who can read it", async () => {
  const plain = await fetch(`${bot.url}/docs/reference.js`, { headers: { "accept-encoding": "identity" } });
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(plain.headers.get("cache-control")).toBe("public, max-age=3600");
  const packed = await fetch(`${bot.url}/docs/reference.js`, { headers: { "accept-encoding": "gzip" } });
  expect(packed.headers.get("content-encoding")).toBe("gzip");
  expect(await packed.text()).toBe(await plain.text());
});

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CloudEvent } from "cloudevents";
import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { parseSignal } from "../../src/signals/rules/parse-signal.ts";
import { SIGNAL_DATA, SIGNAL_TYPES } from "../../src/signals/signal.ts";
import { readDocExamples } from "../support/doc-examples.ts";
import { runExample } from "../support/run-example.ts";
import { freshStores } from "../support/servers/stores.ts";
import { startSignalSink } from "../support/signal-sink.ts";

const PAGE = fileURLToPath(new URL("../../docs/signals.md", import.meta.url));
const examples = await readDocExamples(PAGE);
const ofTest = (name: string) => examples.filter(({ test }) => test === name);
const NOW = new Date("2025-07-01T09:00:00Z");

test("every type of signal has one example, which the bot understands", () => {
  const signals = ofTest("signal").map(({ code }) => JSON.parse(code) as Record<string, unknown>);
  expect(signals.map((event) => parseSignal(event, NOW).type)).toEqual(SIGNAL_TYPES);
  expect(signals.map((event) => new CloudEvent(event).validate())).toEqual(signals.map(() => true));
});

test("the examples use each field that exists, and none that the bot drops", () => {
  const signals = ofTest("signal").map(({ code }) => JSON.parse(code) as Record<string, unknown>);
  const kept = signals.map((event) => parseSignal(event, NOW).data);
  expect(kept).toEqual(signals.map(({ data }) => data));
});

test.each(SIGNAL_TYPES)("the section on %s names all its fields", async (type) => {
  const page = await readFile(PAGE, "utf8");
  const [, section = ""] = page.split(`### ${type}\n`);
  const [table = ""] = section.split("```");
  const named = [...table.matchAll(/`(\w+)/g)].map((match) => match[1]);
  const fields = Object.keys(SIGNAL_DATA[type].shape).filter((field) => field !== "project");
  expect(named).toEqual(expect.arrayContaining(fields));
});

const httpExamples = ofTest("http");

test("the HTTP door is shown with curl and with Python", () => {
  expect(httpExamples.map(({ language }) => language)).toEqual(["sh", "python"]);
});

test.each(httpExamples)("the $language example at line $line sends a signal over HTTP", async (example) => {
  await using sink = await startSignalSink(() => ({ status: 202, body: { accepted: [] } }));
  const output = await runExample(example, { ORB_URL: sink.url, ORB_TOKEN: "orb_t" });
  expect(output).toMatch(/accepted/);
  const [request] = sink.requests;
  expect(request).toMatchObject({ method: "POST", path: "/api/v1/signals" });
  expect(request?.headers.authorization).toBe("Bearer orb_t");
  expect(parseSignal(JSON.parse(request?.body ?? ""), NOW).project).toBe("csv-export-1");
});

test("curl ends with an error where the bot refuses", async () => {
  await using sink = await startSignalSink(() => ({ status: 400, body: { code: "bad_signal" } }));
  const [curl] = httpExamples;
  if (!curl) throw new Error("docs/signals.md has no curl example");
  await expect(runExample(curl, { ORB_URL: sink.url, ORB_TOKEN: "orb_t" })).rejects.toMatchObject({
    stdout: expect.stringContaining("bad_signal"),
  });
});

test("the Python examples send a signal through Redis and list the dead ones", async () => {
  await using stores = await freshStores();
  const [send, listDead, ...others] = ofTest("redis");
  if (!send || !listDead) throw new Error("docs/signals.md lacks an example for Redis");
  expect(others).toEqual([]);
  const redis = new Redis(stores.redisUrl);
  await redis.xadd("orb:signals:dead", "*", "event", "{", "error", "it is no JSON", "id", "1-0");

  await runExample(send, { REDIS_URL: stores.redisUrl });
  const listed = await runExample(listDead, { REDIS_URL: stores.redisUrl });

  const [entry] = await redis.xrange("orb:signals", "-", "+");
  redis.disconnect();
  expect(entry?.[1][0]).toBe("event");
  expect(parseSignal(JSON.parse(entry?.[1][1] ?? ""), NOW)).toMatchObject({
    type: "orb.workspace.active",
    project: "csv-export-1",
  });
  expect(listed).toContain("it is no JSON");
});

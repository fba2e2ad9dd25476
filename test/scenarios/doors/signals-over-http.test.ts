import { describe, expect, test } from "../../support/testing.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { cloudEvent, completion, phaseStarted, projectCreated } from "../../support/signals.ts";

const bot = useBot();

async function send(
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const raw = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const response = await bot.request("/api/v1/signals", { method: "POST", body: raw, headers });
  return { status: response.status, body: await response.json() };
}

async function storedSignals(): Promise<number> {
  return bot.app.signalStore.model.countDocuments();
}

test("a signal is answered after it is stored, and the second time as a duplicate", async () => {
  const event = projectCreated("accepted");
  const first = await send(event);
  expect(first).toEqual({
    status: 202,
    body: { accepted: [{ id: event.id, project: "accepted", duplicate: false }] },
  });
  const second = await send(event);
  expect(second).toEqual({
    status: 202,
    body: { accepted: [{ id: event.id, project: "accepted", duplicate: true }] },
  });
});

test("the answer to an array says of each event whether it is a duplicate, also within the array", async () => {
  const one = projectCreated("in-array");
  const two = phaseStarted("in-array", "research", 1);
  const { status, body } = await send([one, two, one], {
    "content-type": "application/cloudevents-batch+json",
  });
  expect(status).toBe(202);
  expect(body).toEqual({
    accepted: [
      { id: one.id, project: "in-array", duplicate: false },
      { id: two.id, project: "in-array", duplicate: false },
      { id: one.id, project: "in-array", duplicate: true },
    ],
  });
});

const MANY = Array.from({ length: 101 }, () => projectCreated("too-many"));
const HUGE = JSON.stringify(completion("huge", { summary: "x".repeat(2 * 1024 * 1024) }));
const NOT_UTF8 = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);

describe("an invalid signal is refused with a reason, and nothing is stored", () => {
  test.each([
    { name: "not JSON", body: "{", status: 400, code: "bad_request", says: /not JSON/ },
    { name: "invalid UTF-8", body: NOT_UTF8, status: 400, code: "bad_request", says: /UTF-8/ },
    { name: "nothing", body: "", status: 400, code: "bad_request", says: /JSON/ },
    { name: "a number", body: "7", status: 400, code: "bad_signal", says: /CloudEvent/ },
    { name: "an empty array", body: "[]", status: 400, code: "bad_signal", says: /0 events/ },
    {
      name: "more than 100 events",
      body: JSON.stringify(MANY),
      status: 400,
      code: "bad_signal",
      says: /101 events/,
    },
    { name: "an event of 2 MiB", body: HUGE, status: 413, code: "too_large", says: /1048576 bytes/ },
    {
      name: "an unknown type",
      body: JSON.stringify(cloudEvent("orb.project.exploded", { project: "x" })),
      status: 400,
      code: "unknown_signal_type",
      says: /orb\.project\.exploded/,
    },
    {
      name: "another version of CloudEvents",
      body: JSON.stringify({ ...projectCreated("v"), specversion: "0.3" }),
      status: 400,
      code: "bad_signal",
      says: /specversion/,
    },
    {
      name: "a field of the wrong type",
      body: JSON.stringify(completion("wrong-type", { summary: 7 })),
      status: 400,
      code: "bad_signal",
      says: /summary/,
    },
    {
      name: "a project whose name climbs out of a folder",
      body: JSON.stringify(completion("../etc")),
      status: 400,
      code: "bad_signal",
      says: /project/,
    },
    {
      name: "a repository whose name climbs out of its owner",
      body: JSON.stringify(completion("climb", { repository: "octo/.." })),
      status: 400,
      code: "bad_signal",
      says: /repository/,
    },
    {
      name: "a branch that git forbids",
      body: JSON.stringify(completion("bad-ref", { branch: "agent/..lock" })),
      status: 400,
      code: "bad_signal",
      says: /branch/,
    },
    {
      name: "a time in the future",
      body: JSON.stringify({ ...projectCreated("ahead"), time: "2126-01-05T09:00:00Z" }),
      status: 400,
      code: "bad_signal",
      says: /^time: 2126-01-05T09:00:00\.000Z is more than five minutes ahead/,
    },
    {
      name: "a time in the future among good ones",
      body: JSON.stringify([
        projectCreated("ahead"),
        { ...projectCreated("ahead"), time: "2126-01-05T09:00:00Z" },
      ]),
      status: 400,
      code: "bad_signal",
      says: /^Event 2 of 2: time: .*No event was stored/,
    },
    {
      name: "one bad event among good ones",
      body: JSON.stringify([projectCreated("half-done"), completion("half-done", { branch: "a..b" })]),
      status: 400,
      code: "bad_signal",
      says: /Event 2 of 2.*No event was stored/,
    },
  ])("$name", async ({ body, status, code, says }) => {
    const before = await storedSignals();
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      status,
      code,
      detail: expect.stringMatching(says),
      remedy: expect.any(String),
    });
    expect(await storedSignals()).toBe(before);
  });
});

describe("another event with the id of a stored one", () => {
  test("is refused, and what is stored is named and stays", async () => {
    const event = phaseStarted("conflict", "research", 1);
    await send(event);
    const answer = await send({ ...event, data: { ...event.data, phase: "planning" } });
    expect(answer).toMatchObject({ status: 409, body: { status: 409, code: "signal_conflict" } });
    const { detail } = answer.body as { detail: string };
    expect(detail).toContain(
      `The id ${JSON.stringify(event.id)} of the source "test-meta-agent" belongs to another event`,
    );
    expect(detail).toContain(
      "orb.phase.started of the project conflict, with the time 2026-01-05T09:01:00.000Z",
    );
    expect(await bot.app.signalStore.model.find({ id: event.id }).lean()).toMatchObject([
      { data: event.data },
    ]);
  });

  test("is refused alone in an array, also if the other is in the array", async () => {
    const [one, two] = [phaseStarted("conflicts", "research", 1), phaseStarted("conflicts", "planning", 2)];
    const other = { ...one, data: { ...one.data, agent: "another" } };
    const { status, body } = await send([one, other, two]);
    expect(status).toBe(202);
    expect(body).toEqual({
      accepted: [
        { id: one.id, project: "conflicts", duplicate: false },
        { id: two.id, project: "conflicts", duplicate: false },
      ],
      refused: [
        {
          id: one.id,
          project: "conflicts",
          status: 409,
          code: "signal_conflict",
          detail: expect.stringContaining("orb.phase.started of the project conflicts"),
          remedy: expect.any(String),
        },
      ],
    });
    expect((await send([other])).status).toBe(409);
  });
});

test("a signal and a record with a time in the future, stored earlier, do not make later completions count as old", async () => {
  const ahead = new Date("2126-01-05T09:00:00Z");
  const data = { project: "frozen", repository: "octo/hello", branch: "agent/frozen", summary: "The first." };
  const signal = {
    ...completion("frozen"),
    type: "orb.implementation.completed" as const,
    project: "frozen",
  };
  const { signalStore, pullRequestStore } = bot.app;
  await signalStore.insertNew([{ ...signal, time: ahead, data }], { door: "http", now: new Date() });
  const record = async () => pullRequestStore.model.findOne({ project: "frozen" }).lean();
  const stored = await eventually("the record of the first", record);
  expect(stored.completedAt.getTime()).toBeLessThanOrEqual(Date.now());
  await pullRequestStore.model.updateOne({ project: "frozen" }, { $set: { completedAt: ahead } });

  const next = completion("frozen", { branch: "agent/frozen", summary: "The second." });
  await send({ ...next, time: new Date().toISOString() });
  await eventually(
    "the second completion",
    async () => (await record())?.completion?.summary === "The second.",
  );
});

test("signals that come late and out of order lead to the same project", async () => {
  const events = [
    projectCreated("shuffled", "octo/hello", 0),
    phaseStarted("shuffled", "research", 1),
    phaseStarted("shuffled", "planning", 2),
    phaseStarted("shuffled", "implementation", 3),
  ];
  for (const event of [events[3], events[1], events[0], events[2], events[1]]) await send(event);
  const project = await eventually("the project with all its phases", async () => {
    const response = await bot.request("/api/v1/projects/shuffled");
    const body = (await response.json()) as { status: string; name: string | null; history?: unknown[] };
    return body.history?.length === 3 && body.name !== null && body;
  });
  expect(project).toMatchObject({
    id: "shuffled",
    name: "Add a greeting",
    status: "implementation",
    phase: "implementation",
    because: "The implementation phase has started",
    phases: [
      { phase: "research", agent: "research-agent", startedAt: "2026-01-05T09:01:00.000Z" },
      { phase: "planning", agent: "planning-agent", startedAt: "2026-01-05T09:02:00.000Z" },
      { phase: "implementation", agent: "implementation-agent", startedAt: "2026-01-05T09:03:00.000Z" },
    ],
  });
});

test("what agents did is counted by agent, with tokens and cost", async () => {
  const ran = { phase: "planning", outcome: "succeeded", durationMs: 2_000, tokens: 1_500, costUsd: 0.25 };
  const reports = ["critic", 'c"ritic\n'].map((agent) =>
    cloudEvent("orb.agent.executed", { project: "counted", agent, ...ran }),
  );
  await sendSignals(bot.url, [projectCreated("counted"), ...reports]);
  const counted = await eventually("both counted", async () => {
    const metrics = await (await fetch(`${bot.url}/metrics`)).text();
    const lines = metrics.split("\n").filter((line) => /^orb_agent_.*ritic/.test(line));
    const isWhole = lines.filter((line) => line.endsWith(" 0.25")).length === reports.length;
    return isWhole && lines;
  });
  expect(counted).toEqual(
    expect.arrayContaining([
      'orb_agent_executions_total{agent="critic",phase="planning",outcome="succeeded"} 1',
      'orb_agent_executions_total{agent="critic",phase="planning",outcome="failed"} 0',
      'orb_agent_tokens_total{agent="critic"} 1500',
      'orb_agent_cost_dollars_total{agent="critic"} 0.25',
    ]),
  );
});

test("the process reports that it is alive and ready, and its metrics", async () => {
  expect(await (await fetch(`${bot.url}/livez`)).json()).toEqual({ status: "ok" });
  // Its GitHub can't be reached: it stores signals, but could do nothing with them.
  const ready = await fetch(`${bot.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ checks: { mongodb: "up", github: "down" } });
  const metrics = await (await fetch(`${bot.url}/metrics`)).text();
  expect(metrics).toContain('orb_signals_total{type="orb.project.created",door="http",outcome="accepted"}');
  expect(metrics).toContain('orb_http_requests_total{route="/api/v1/signals",method="POST",status="202"}');
});

import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { setStage, type Stage } from "../../support/stage.ts";
import { keyPair } from "../../local-github/key-pairs.ts";
import { QUICK_PACE } from "../../support/bot/pace.ts";

/** Waits of a hundredth of a second instead of seconds. */
const pace = { ...QUICK_PACE, backOffScale: 0.01 };
const OTHER_KEY = keyPair(9).privateKey;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

interface Ready {
  readonly status: string;
  readonly checks: Record<string, string>;
  readonly problems?: readonly { readonly code: string; readonly reason: string; readonly remedy: string }[];
}

async function start(github: Partial<NonNullable<Stage["surroundings"]["github"]>> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  const { surroundings } = stage;
  const { github: right } = surroundings;
  if (!right) throw new Error("The stage has no GitHub");
  const bot = await startBot({ ...surroundings, github: { ...right, ...github } }, { pace, log });
  return { bot, lines, [Symbol.asyncDispose]: () => bot[Symbol.asyncDispose]() };
}

async function ready(
  bot: Bot,
): Promise<Ready & { readonly httpStatus: number; readonly retryAfter: string | null }> {
  const response = await bot.request("/readyz", { headers: { authorization: "" } });
  const retryAfter = response.headers.get("retry-after");
  return { httpStatus: response.status, retryAfter, ...((await response.json()) as Ready) };
}

function asked(): number {
  return stage.github.requests.all().filter(({ route }) => route === "/app").length;
}

test("with the right key the process is ready once it is up, and asks GitHub no more than once, however often it is asked", async () => {
  const before = asked();
  await using started = await start();
  for (let time = 0; time < 20; time++)
    expect(await ready(started.bot)).toMatchObject({ httpStatus: 200, checks: { github: "up" } });
  expect(asked() - before).toBe(1);
  expect(started.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test("how GitHub is, is shown with the clocks' difference and what it lets the bot ask", async () => {
  await using started = await start();
  const health = await started.bot.request("/health/github");
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    status: "up",
    problem: null,
    // The local GitHub and the bot have one clock, of which an answer shows whole seconds.
    facts: { clockAheadSeconds: expect.any(Number), requestsLeft: expect.any(Number) },
  });
  const metrics = await (await started.bot.request("/metrics")).text();
  expect(metrics).toMatch(/^orb_github_rate_limit_remaining\{installation="app"\} \d/m);
  expect(metrics).toMatch(/^orb_github_rate_limit_reset_timestamp_seconds\{installation="app"\} \d{10}$/m);
  expect(metrics).toContain("\norb_github_app_refused 0\n");
});

test.each([
  {
    name: "the key of another App",
    wrong: { privateKeyPem: OTHER_KEY },
    code: "app_key_refused",
    remedy: /PRIVATE_KEY/,
  },
  { name: "the id of no App", wrong: { appId: 999_999 }, code: "app_unknown", remedy: /APP_ID/ },
  {
    name: "an address where nobody is",
    wrong: { apiUrl: "http://127.0.0.1:9" },
    code: "github_unavailable",
    remedy: /./,
  },
])(
  "with $name the process runs, says why it is not ready and what to do, and logs it at the start",
  async ({ wrong, code, remedy }) => {
    await using started = await start(wrong);
    const answer = await ready(started.bot);
    expect(answer).toMatchObject({
      httpStatus: 503,
      retryAfter: "5",
      status: "not ready",
      checks: { github: "down", mongodb: "up" },
    });
    expect(answer.problems).toEqual([
      {
        dependency: "github",
        code,
        reason: expect.stringMatching(/\w/),
        remedy: expect.stringMatching(remedy),
      },
    ]);
    const line = {
      level: 50,
      problem: expect.objectContaining({ code, remedy: expect.stringMatching(remedy) }),
    };
    expect(started.lines).toContainEqual(expect.objectContaining(line));
    expect(JSON.stringify(started.lines)).not.toContain("PRIVATE KEY");
    expect((await started.bot.request("/livez")).status).toBe(200);
    const refused = code.startsWith("app_") ? 1 : 0;
    const metrics = await (await started.bot.request("/metrics")).text();
    expect(metrics).toContain(`\norb_github_app_refused ${refused}\n`);
  },
);

test("a process that could not reach GitHub at its start becomes ready once it can, and logs both once", async () => {
  const outage = stage.github.faults.add({
    times: Infinity,
    fault: { kind: "error", status: 503, when: "before" },
  });
  await using started = await start();
  await eventually("some tries", () => outage.hits > 3);
  expect(await ready(started.bot)).toMatchObject({
    httpStatus: 503,
    problems: [{ code: "github_unavailable" }],
  });
  outage.remove();
  await eventually("it ready", async () => (await ready(started.bot)).httpStatus === 200);
  const said = started.lines.filter(({ msg }) => /confirm/.test(String(msg))).map(({ msg }) => msg);
  expect(said).toEqual([
    "GitHub does not confirm the App; it will be asked again",
    "GitHub confirms the App",
  ]);
});

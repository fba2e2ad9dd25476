import { expect, test } from "../../support/testing.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { projectCreated } from "../../support/signals.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";
import { VERSION } from "../../../src/version.ts";

const bot = useBot();

const system = async () => answerOf(await bot.request("/api/v1/system"), 200);
const running = async () => (await system())["instances"] as Record<string, unknown>[];

test("it lists the processes that run, and forgets one that has ended", async () => {
  const other = await startBot({ mongodbUri: bot.app.config.mongodbUri.reveal() });
  await eventually("both", async () => (await running()).length === 2);
  const [first] = await running();
  expect(first).toMatchObject({ version: VERSION, pid: process.pid, roles: ["web", "worker"] });
  expect(Date.parse(String(first?.["startedAt"]))).toBeLessThanOrEqual(Date.parse(String(first?.["seenAt"])));
  await other[Symbol.asyncDispose]();
  expect((await running()).map(({ name }) => name)).toEqual([first?.["name"]]);
});

test("a process that was killed is not listed for long, even before MongoDB removes it", async () => {
  const long = new Date(Date.now() - 4 * 60_000);
  const killed = { _id: "killed", host: "h", pid: 1, roles: [], version: "1", startedAt: long, seenAt: long };
  await bot.app.instances.seen(killed);
  expect((await running()).map(({ name }) => name)).not.toContain("killed");
});

test("it says what is away and why, and how much there is of what", async () => {
  await sendSignals(bot.url, [projectCreated("p-system")]);
  await eventually("the project", async () => (await bot.app.projectStore.find("p-system")) !== null);
  expect(await system()).toMatchObject({
    version: VERSION,
    roles: ["web", "worker"],
    dependencies: expect.arrayContaining([
      { name: "mongodb", up: true, problem: null },
      { name: "disk", up: true, problem: null },
      expect.objectContaining({
        name: "github",
        up: false,
        problem: expect.objectContaining({ code: "github_unavailable" }),
      }),
    ]),
    counts: { projects: { created: 1 }, pullRequests: expect.any(Object), workspaces: expect.any(Object) },
  });
});

test("it needs a token", async () => {
  await answerOf(await bot.request("/api/v1/system", { headers: { authorization: "" } }), 401);
});

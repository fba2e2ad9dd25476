import { afterAll, beforeAll, expect, test } from "../support/testing.ts";
import { listPullRequests, sendSignals } from "../support/bot/api.ts";
import { startBotProcess } from "../support/bot/process.ts";
import { Effects } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { MortalMongo } from "../support/servers/mortal-mongo.ts";
import { completion } from "../support/signals.ts";
import { setStage, type Stage } from "../support/stage.ts";

const PROJECTS = 12;

let stage: Stage;
let mongo: MortalMongo;

beforeAll(async () => {
  [stage, mongo] = await Promise.all([setStage(), MortalMongo.start()]);
});

afterAll(async () => {
  await mongo[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

async function openedEvents(project: string) {
  return (await stage.eventsOnceEach(project)).filter(({ type }) => type === "orb.pull_request.opened");
}

test("if the primary of three members is killed twice, each completion still ends in one pull request", async () => {
  const effects = new Effects(stage.github, stage.githubApp);
  await using bot = await startBotProcess({ ...stage.surroundings, mongodbUri: mongo.uri });
  const projects = Array.from({ length: PROJECTS }, (_, index) => `p-${index}`);
  const signal = async (project: string) => {
    const branch = `agent/${project}`;
    await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
    const event = completion(project, { branch, type: "feature" });
    // A sender that gets a 503 or no answer sends the signal again.
    const send = () =>
      sendSignals(bot.url, [event]).then(
        () => true,
        () => false,
      );
    await eventually(`the signal of ${project} taken in`, send);
  };
  const openedAtLeast = (count: number) =>
    eventually(
      `${count} pull requests`,
      async () => (await Promise.all(projects.map(openedEvents))).flat().length >= count,
    );

  for (const project of projects.slice(0, 6)) await signal(project);
  await openedAtLeast(1);
  await Promise.all([mongo.killPrimary(), ...projects.slice(6, 9).map(signal)]);
  await openedAtLeast(4);
  await Promise.all([mongo.killPrimary(), ...projects.slice(9).map(signal)]);
  await openedAtLeast(PROJECTS);

  for (const project of projects) {
    expect(await openedEvents(project)).toHaveLength(1);
    // A look may have met the second change of primaries: then it waits for its next try.
    const settled = await eventually(`a look at ${project} without trouble`, async () => {
      const listed = await listPullRequests(bot.url, project);
      return listed.every(({ problem }) => problem === null) && listed;
    });
    expect(settled).toMatchObject([{ status: "open", problem: null }]);
  }
  expect(stage.repository.pullRequests.size).toBe(PROJECTS);
  expect(effects.repeated).toEqual([]);
  effects.stop();
});

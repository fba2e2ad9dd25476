import { expect, test } from "@jest/globals";
import { useCommandScenario } from "../../support/command-scenario.ts";
import { eventually } from "../../support/eventually.ts";

const { scenario, say, answered, botComments, stored, atRest } = useCommandScenario();

test("help and status are answered with a comment, everything else by a reaction", async () => {
  await scenario.complete("asked");
  const pullRequest = await scenario.opened("asked");
  await answered(await say(pullRequest, "/orb help"), "rocket");
  await answered(await say(pullRequest, "How is it?\n\n/orb status"), "rocket");
  await answered(await say(pullRequest, "/orb refresh"), "rocket");
  const [help, status, ...more] = botComments(pullRequest);
  expect(help).toContain("`/orb hold`");
  expect(status).toContain("**Open**");
  expect(more).toEqual([]);
  await eventually("the refresh in the history", async () => {
    const { history } = await stored("asked");
    return history.some(({ what, because }) => what === "refresh" && because === "ines asked for it");
  });
});

test("what nobody knows is answered with help once, and what is not possible with the reason", async () => {
  await scenario.complete("puzzled");
  const pullRequest = await scenario.opened("puzzled");
  await answered(await say(pullRequest, "/orb deploy"), "confused");
  await answered(await say(pullRequest, "/orb shipit"), "confused");
  expect(botComments(pullRequest)).toEqual([expect.stringContaining("I don't know this command")]);
  await answered(await say(pullRequest, "/orb retry"), "confused");
  expect(botComments(pullRequest)[1]).toContain("Nothing has failed here");
});

test("who may not write to the repository commands nothing, and is not argued with", async () => {
  await scenario.complete("strange");
  const pullRequest = await scenario.opened("strange");
  const stranger = scenario.stage.github.createUser("stranger");
  const comment = await say(pullRequest, "/orb draft\n/orb help", stranger);
  await eventually("both known", async () => (await stored("strange")).requestsDone.length === 2);
  expect(comment.reactions.map(({ content }) => content)).toEqual(["confused"]);
  expect(pullRequest.draft).toBe(false);
  expect(botComments(pullRequest)).toEqual([]);
});

test("draft and ready do what they say", async () => {
  await scenario.complete("draftable");
  const pullRequest = await scenario.opened("draftable");
  await answered(await say(pullRequest, "/orb draft"), "rocket");
  expect(pullRequest.draft).toBe(true);
  await eventually("ines's wish", async () => (await stored("draftable")).draftAsked?.by === "ines");
  await answered(await say(pullRequest, "/orb ready"), "rocket");
  expect(pullRequest.draft).toBe(false);
  await eventually("the wish gone", async () => (await stored("draftable")).draftAsked === null);
});

test("while it is held nothing is written, and commands are answered; then it is brought up to date", async () => {
  await scenario.complete("held", { data: { summary: "The first." } });
  const pullRequest = await scenario.opened("held");
  await answered(await say(pullRequest, "/orb hold"), "rocket");
  await scenario.complete("held", { minute: 40, data: { summary: "The second." } });
  await answered(await say(pullRequest, "/orb status"), "rocket");
  expect(botComments(pullRequest)[0]).toContain("ines put this on hold");
  await eventually("the completion taken in", async () => (await stored("held")).round === 2);
  await atRest("held");
  expect(pullRequest.body).toContain("The first.");
  await answered(await say(pullRequest, "/orb unhold"), "rocket");
  await eventually("the second description", async () => pullRequest.body?.includes("The second.") ?? false);
});

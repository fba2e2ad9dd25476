import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { useScenario } from "../support/scenario.ts";
import { forwardWebhooks } from "../support/webhook-forwarding.ts";
import type { Account, IssueComment, PullRequest } from "../support/world/state.ts";

let crashAt: string | null = null;
const scenario = useScenario({
  checkpoint: (step) => {
    if (step !== crashAt) return;
    crashAt = null;
    throw new Error("The process died");
  },
});
let ines: Account;

beforeAll(() => {
  const { github, repository, githubApp, installation } = scenario.stage;
  forwardWebhooks(github, { app: scenario.bot.app, githubApp, installation });
  ines = github.createUser("ines");
  github.addCollaborator(repository, ines, "write");
});

function say(pullRequest: PullRequest, body: string, by = ines): Promise<IssueComment> {
  return scenario.stage.github.comment(scenario.stage.repository, pullRequest.number, body, { by });
}

/** What the bot answered to a comment, once it has reacted to it for the last time. */
async function answered(comment: IssueComment, last: "rocket" | "confused"): Promise<void> {
  await eventually(`${last} at ${comment.body}`, async () => {
    const contents = comment.reactions.map(({ content }) => content);
    return contents.at(-1) === last && contents;
  });
  const { bot } = scenario.stage.githubApp;
  expect(comment.reactions.map(({ by, content }) => [by.login, content])).toEqual([
    [bot.login, "eyes"],
    [bot.login, last],
  ]);
}

function botComments({ comments }: PullRequest): string[] {
  const { githubApp } = scenario.stage;
  return comments.filter(({ viaAppId }) => viaAppId === githubApp.id).map(({ body }) => body);
}

async function stored(project: string) {
  const [record] = await scenario.bot.app.pullRequestStore.ofProject(project);
  if (!record) throw new Error(`No record of ${project}`);
  return record;
}

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
  expect(botComments(pullRequest)).toEqual([expect.stringContaining("not a command that I know")]);
  await answered(await say(pullRequest, "/orb retry"), "confused");
  expect(botComments(pullRequest)[1]).toContain("Nothing has failed here");
});

test("who may not write to the repository commands nothing, and is not argued with", async () => {
  await scenario.complete("strange");
  const pullRequest = await scenario.opened("strange");
  const stranger = scenario.stage.github.createUser("stranger");
  await answered(await say(pullRequest, "/orb draft\n/orb help", stranger), "confused");
  expect(pullRequest.draft).toBe(false);
  expect(botComments(pullRequest)).toEqual([]);
});

test.each(["command:status", "command:answered"])("what dies at %s says nothing twice", async (step) => {
  const project = step.replace(":", "-");
  await scenario.complete(project);
  const pullRequest = await scenario.opened(project);
  await eventually("it at rest", async () => (await stored(project)).work.owner === null);
  crashAt = step;
  await answered(await say(pullRequest, "/orb status"), "rocket");
  await eventually("it carried out", async () => (await stored(project)).requestsDone.length === 1);
  expect(crashAt).toBeNull();
  expect(botComments(pullRequest)).toHaveLength(1);
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
  expect(botComments(pullRequest)[0]).toContain("On hold since ines asked for it");
  await eventually("the completion looked at", async () => {
    const { round, work } = await stored("held");
    return round === 2 && work.dueAt === null;
  });
  expect(pullRequest.body).toContain("The first.");
  await answered(await say(pullRequest, "/orb unhold"), "rocket");
  await eventually("the second description", async () => pullRequest.body?.includes("The second.") ?? false);
});

test("a merge queue finds the bot's check on its own commit, once", async () => {
  const { github, githubApp, repository } = scenario.stage;
  await scenario.complete("queued");
  const pullRequest = await scenario.opened("queued");
  crashAt = "command:merge_group";
  const headSha = await github.addToMergeQueue(repository, pullRequest.number);
  await eventually("it carried out", async () => (await stored("queued")).requestsDone.length === 1);
  const runs = [...repository.checkRuns.values()].filter((run) => run.headSha === headSha);
  expect(runs).toMatchObject([{ name: "orb", appId: githubApp.id, conclusion: "success" }]);
});

describe("what stands still", () => {
  test("rests when it is asked about, and is tried again by a retry", async () => {
    await scenario.complete("stuck");
    const pullRequest = await scenario.opened("stuck");
    const isAtRest = async () => (await stored("stuck")).work.dueAt === null;
    await eventually("it at rest", isAtRest);
    const { model } = scenario.bot.app.pullRequestStore;
    const problem = { code: "internal", reason: "Something broke.", remedy: "Mend it." };
    await model.updateOne({ project: "stuck" }, { $set: { problem } });
    await answered(await say(pullRequest, "/orb status"), "rocket");
    expect(botComments(pullRequest)[0]).toContain("Something broke. Mend it.");
    await eventually("it at rest again", isAtRest);
    expect(await stored("stuck")).toMatchObject({ problem, parked: null, work: { attempts: 0 } });
    await answered(await say(pullRequest, "/orb retry"), "rocket");
    await eventually("the problem gone", async () => (await stored("stuck")).problem === null);
    await eventually("all of it written anew", async () => (await stored("stuck")).refreshAsked === null);
  });

  test("goes on by the API as well, which refuses where there is nothing to do", async () => {
    await scenario.complete("by-api");
    await scenario.opened("by-api");
    const { id } = await scenario.listed("by-api", ({ status }) => status === "open");
    const ask = (command: string) =>
      scenario.bot.request(`/api/v1/pull-requests/${id}/${command}`, { method: "POST", body: "{}" });
    const refused = await ask("retry");
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: "nothing_to_retry", remedy: expect.any(String) });
    const accepted = await ask("refresh");
    expect(accepted.status).toBe(202);
    expect(await accepted.json()).toEqual({ id, accepted: "refresh" });
    await scenario.event("by-api", "orb.pull_request.updated");
    expect(await ask("refresh").then((answer) => answer.status)).toBe(202);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "../support/testing.ts";
import { sampled } from "../support/sample.ts";
import { listPullRequests, sendSignals } from "../support/bot/api.ts";
import { startBot } from "../support/bot/in-process.ts";
import { LEASE_MS, startBotProcess } from "../support/bot/process.ts";
import { Effects } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { completion } from "../support/signals.ts";
import { setStage, type Stage } from "../support/stage.ts";

const DATA = { type: "feature", reviewers: ["ines"] };
const WRITES = new Set(["POST", "PATCH", "PUT", "DELETE"]);

let stage: Stage;
let effects: Effects;

beforeAll(async () => {
  stage = await setStage();
  const { github, repository, githubApp } = stage;
  github.addCollaborator(repository, github.createUser("ines"), "write");
  // A mistake, so that every commit gets a check run.
  const files = { ".github/orb/feature.md": "{% nonsense %}\n" };
  await github.pushFiles(repository, { branch: "main", files, message: "Say it in our words" });
  effects = new Effects(github, githubApp);
});

afterAll(async () => {
  effects.stop();
  await stage[Symbol.asyncDispose]();
});

/** The requests that may change something on GitHub, in the order of their answers. */
function writesSince(mark: ReturnType<Stage["github"]["requests"]["mark"]>) {
  return stage.github.requests.since(mark).filter(({ method }) => WRITES.has(method));
}

describe("a process that was stopped past its lease writes nothing to GitHub after it resumes", () => {
  const PLACES = ["write:started", "label:started", "check:started"] as const;

  test.each(sampled("places to stop a process", PLACES, ["write:started"]))("at %s", async (stopAt) => {
    const project = `stopped-at-${stopAt.replace(":", "-")}`;
    const branch = `agent/${project}`;
    await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
    await using sleeper = await startBotProcess(stage.surroundings, { stopAt });
    await sendSignals(sleeper.url, [completion(project, { branch, ...DATA })]);
    // It is stopped once it does not answer.
    await eventually("the sleeper asleep", async () => {
      const answer = fetch(`${sleeper.url}/livez`, { signal: AbortSignal.timeout(200) });
      return answer.then(
        () => false,
        () => true,
      );
    });

    await using other = await startBot(stage.surroundings, { leaseMs: LEASE_MS });
    const isOpened = async () =>
      (await stage.events(project)).some(({ type }) => type === "orb.pull_request.opened");
    await eventually("the opened event of the one that is awake", isOpened);
    const mark = stage.github.requests.mark();
    process.kill(sleeper.pid, "SIGCONT");
    // Once it takes new work after it resumes, it has left the work in which it was stopped.
    await eventually("the sleeper awake", async () => (await fetch(`${sleeper.url}/livez`)).ok);
    await sendSignals(sleeper.url, [completion(project, { branch, ...DATA }, { minute: 40 })]);
    await eventually("an update", async () =>
      (await stage.events(project)).some(({ type }) => type === "orb.pull_request.updated"),
    );

    const refused = writesSince(mark).filter(({ status }) => status >= 400);
    expect(refused).toEqual([]);
    expect(effects.repeated).toEqual([]);
    expect(await listPullRequests(other.url, project)).toMatchObject([{ status: "open", problem: null }]);
  });
});

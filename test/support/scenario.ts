import { afterAll, beforeAll } from "@jest/globals";
import { type ListedPullRequest, listPullRequests, sendSignals } from "./bot/api.ts";
import { type Bot, startBot } from "./bot/in-process.ts";
import { eventually } from "./eventually.ts";
import { completion } from "./signals.ts";
import { type PublishedEvent, setStage, type Stage } from "./stage.ts";
import type { PullRequest } from "./world/state.ts";

/** A stage with a bot on it, for all tests of a file. */
export interface Scenario {
  readonly stage: Stage;
  readonly bot: Bot;
  signal(...events: unknown[]): Promise<void>;
  /** Pushes a branch named after the project, with one commit, and signals that it is complete. */
  complete(project: string, options?: Completed): Promise<void>;
  /** The project's first event of a type, waited for. */
  event(project: string, type: string): Promise<PublishedEvent>;
  /** The pull request of the project's `opened` event as GitHub has it, waited for. */
  opened(project: string): Promise<PullRequest>;
  /** The project's only pull request as the bot's API lists it, once it is as it should be. */
  listed(project: string, is: (record: ListedPullRequest) => boolean): Promise<ListedPullRequest>;
}

interface Completed {
  /** `null`: the branch is there already, and nothing is pushed. */
  readonly files?: Record<string, string | null> | null;
  readonly message?: string;
  readonly data?: Record<string, unknown>;
  readonly minute?: number;
}

/** To be called once, at the top of a file. */
export function useScenario(): Scenario {
  let stage: Stage | null = null;
  let bot: Bot | null = null;
  beforeAll(async () => {
    stage = await setStage();
    bot = await startBot(stage.surroundings);
  });
  afterAll(async () => {
    await bot?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });
  const started = () => {
    if (!stage || !bot) throw new Error("A scenario is used before it is set");
    return { stage, bot };
  };
  const event = async (project: string, type: string) =>
    eventually(`${type} of ${project}`, async () =>
      (await started().stage.events(project)).find((one) => one.type === type),
    );
  return {
    get stage() {
      return started().stage;
    },
    get bot() {
      return started().bot;
    },
    signal: async (...events) => {
      await sendSignals(started().bot.url, events);
    },
    complete: async (project, { files, message, data = {}, minute } = {}) => {
      const branch = `agent/${project}`;
      if (files !== null) {
        const pushed = files ?? { [`src/${project}.ts`]: "export {};\n" };
        await started().stage.pushBranch(branch, pushed, message);
      }
      const signal = completion(project, { branch, ...data }, minute === undefined ? {} : { minute });
      await sendSignals(started().bot.url, [signal]);
    },
    event,
    opened: async (project) => {
      const { data } = await event(project, "orb.pull_request.opened");
      const { number } = data["pullRequest"] as { number: number };
      return started().stage.github.pullRequest(started().stage.repository, number);
    },
    listed: async (project, is) =>
      eventually(`${project} as it should be`, async () => {
        const [record] = await listPullRequests(started().bot.url, project);
        return record && is(record) && record;
      }),
  };
}

import { afterAll, beforeAll } from "@jest/globals";
import type { Overrides } from "../../src/app.ts";
import { type ListedPullRequest, listPullRequests, sendSignals } from "./bot/api.ts";
import { type Bot, startBot } from "./bot/in-process.ts";
import { eventually } from "./eventually.ts";
import { leaveAlone, lookNow } from "./look-now.ts";
import { completion } from "./signals.ts";
import { type PublishedEvent, setStage, type Stage } from "./stage.ts";
import { storedRecord } from "./stored-record.ts";
import type { PullRequest, Repository } from "../local-github/state.ts";
import type { Account } from "../local-github/account.ts";
import { fullName } from "../local-github/world.ts";

/** A stage with a bot on it, for all tests of a file. */
export interface Scenario {
  readonly stage: Stage;
  readonly bot: Bot;
  signal(...events: unknown[]): Promise<void>;
  /**
   * A repository beside `octo/hello`, with a README and these files on `main`. The App is installed on it, unless it
   * is another owner's.
   */
  another(name: string, options?: Another): Promise<Repository>;
  /** Changes files on a branch, as a person who merges does; on `main` unless told otherwise. */
  change(repository: Repository, files: Record<string, string | null>, branch?: string): Promise<string>;
  /** Pushes a branch named after the project, with one commit, and signals that it is complete. */
  complete(project: string, options?: Completed): Promise<void>;
  /** The same once more, and waits until the bot has worked it off and told of it. Give it another `minute` each time. */
  completeAgain(project: string, options?: Completed): Promise<void>;
  /** Lets the time pass that a project's pull request would wait: it is due now, as it is within the hour. */
  lookAgain(project: string): Promise<void>;
  /** Nobody looks of themselves, or for what has happened so far, at what is open now: a fault is then for what comes next. */
  leaveAlone(): Promise<void>;
  /** What the bot's API tells of the project's pull request so far, oldest first. */
  history(project: string): Promise<readonly { readonly what: string; readonly because: string }[]>;
  /** The project's first event of a type, waited for. */
  event(project: string, type: string): Promise<PublishedEvent>;
  /** The types of a project's events so far, oldest first. */
  types(project: string): Promise<string[]>;
  /** The pull request of the project's `opened` event as GitHub has it, waited for. */
  opened(project: string): Promise<PullRequest>;
  /** The project's only pull request as the bot's API lists it, once it is as it should be. */
  listed(project: string, is: (record: ListedPullRequest) => boolean): Promise<ListedPullRequest>;
}

interface Another {
  readonly files?: Record<string, string>;
  /** The organization `octo` unless told otherwise. */
  readonly owner?: Account;
  readonly draftsSupported?: boolean;
}

interface Completed {
  /** `octo/hello` unless told otherwise, or where the project's last completion was. */
  readonly repository?: Repository;
  /** `null`: the branch is there already, and nothing is pushed. */
  readonly files?: Record<string, string | null> | null;
  readonly message?: string;
  readonly data?: Record<string, unknown>;
  readonly minute?: number;
}

interface Hearing {
  /** Whether GitHub's webhooks reach the bot; where each request is counted they would bring looks of their own. */
  readonly webhooks?: boolean;
}

/**
 * To be called once, at the top of a file. What happens on GitHub comes to the bot through its own door, as it does in
 * life.
 */
export function useScenario(overrides: Partial<Overrides> = {}, { webhooks = true }: Hearing = {}): Scenario {
  const started = useStage(overrides, webhooks);
  const event = async (project: string, type: string) =>
    eventually(`${type} of ${project}`, async () => (await eventsOf(started().stage, project, type))[0]);
  const { complete, completeAgain, repositoryOf } = completions(started);
  const lookAgain = async (project: string) => {
    const { mongodbUri } = started().stage.surroundings;
    // One that is looked at just now is waited for.
    await eventually(`${project} at rest`, () => lookNow(mongodbUri, project));
  };
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
    another: (name, options) => another(started(), name, options),
    change: (repository, files, branch = "main") =>
      started().stage.github.pushFiles(repository, { branch, files, message: "Change it by hand" }),
    complete,
    completeAgain,
    lookAgain,
    leaveAlone: async () => {
      const { stage, bot } = started();
      await stage.github.webhooks.drain();
      const { deliveryStore } = bot.app;
      await eventually(
        "all heard of",
        async () => !(await deliveryStore.model.exists({ status: "pending" })),
      );
      await leaveAlone(stage.surroundings.mongodbUri);
    },
    history: (project) => historyOf(started(), project),
    event,
    types: async (project) => (await started().stage.events(project)).map(({ type }) => type),
    opened: async (project) => {
      const { data } = await event(project, "orb.pull_request.opened");
      const { number } = data["pullRequest"] as { number: number };
      return started().stage.github.pullRequest(repositoryOf(project), number);
    },
    listed: async (project, is) =>
      eventually(`${project} as it should be`, async () => {
        const [record] = await listPullRequests(started().bot.url, project);
        return record && is(record) && record;
      }),
  };
}

interface Started {
  readonly stage: Stage;
  readonly bot: Bot;
}

function useStage(overrides: Partial<Overrides>, webhooks: boolean): () => Started {
  let stage: Stage | null = null;
  let bot: Bot | null = null;
  beforeAll(async () => {
    stage = await setStage();
    bot = await startBot(stage.surroundings, overrides);
    if (webhooks) stage.hear(bot);
  });
  afterAll(async () => {
    await stage?.github.webhooks.drain();
    await bot?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });
  return () => {
    if (!stage || !bot) throw new Error("A scenario is used before it is set");
    return { stage, bot };
  };
}

function completions(started: () => Started) {
  const repositories = new Map<string, Repository>();
  const repositoryOf = (project: string) => repositories.get(project) ?? started().stage.repository;
  const complete = async (project: string, completed: Completed = {}) => {
    const { files, message = "Greet", data = {}, minute = 30 } = completed;
    const { stage, bot } = started();
    const repository = completed.repository ?? repositoryOf(project);
    repositories.set(project, repository);
    const branch = `agent/${project}`;
    if (files !== null) {
      const pushed = files ?? { [`src/${project}-${minute}.ts`]: "export {};\n" };
      await stage.github.pushFiles(repository, { branch, from: "main", files: pushed, message });
    }
    const about = { branch, repository: fullName(repository) };
    await sendSignals(bot.url, [completion(project, { ...about, ...data }, { minute })]);
  };
  const completeAgain = async (project: string, { minute = 40, ...completed }: Completed = {}) => {
    const { stage, bot } = started();
    const updates = () => eventsOf(stage, project, "orb.pull_request.updated");
    const [before, { round }] = [(await updates()).length, await storedRecord(bot.app, project)];
    await complete(project, { minute, ...completed });
    // The push alone brings an update as well, of another round.
    await eventually(`round ${round + 1} of ${project}`, async () => {
      const { publishedRound } = await storedRecord(bot.app, project);
      return publishedRound > round && (await updates()).length > before;
    });
  };
  return { complete, completeAgain, repositoryOf };
}

async function another(
  { stage: { github, installation, repository: hello } }: Started,
  name: string,
  { files = {}, owner, draftsSupported = true }: Another = {},
): Promise<Repository> {
  const repository = await github.createRepository({
    owner: owner ?? hello.owner,
    name,
    files: { "README.md": "# Hello\n", ...files },
    draftsSupported,
  });
  if (!owner) await github.changeRepositories(installation, { added: [repository] });
  return repository;
}

async function eventsOf(stage: Stage, project: string, wanted: string): Promise<PublishedEvent[]> {
  return (await stage.events(project)).filter(({ type }) => type === wanted);
}

async function historyOf({ bot }: Started, project: string) {
  const [record] = await listPullRequests(bot.url, project);
  const response = await bot.request(`/api/v1/pull-requests/${record?.id}`);
  return ((await response.json()) as { history: { what: string; because: string }[] }).history;
}

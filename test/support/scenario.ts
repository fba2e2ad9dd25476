import { afterAll, beforeAll } from "./testing.ts";
import type { Overrides } from "../../src/app.ts";
import { PULL_REQUESTS_COLLECTION } from "../../src/pull-requests/record/store.ts";
import { type ListedPullRequest, listPullRequests, sendSignals } from "./bot/api.ts";
import { type Bot, startBot } from "./bot/in-process.ts";
import { eventually } from "./eventually.ts";
import { leaveAlone, setInMotion } from "./look-now.ts";
import { preparedStores } from "./servers/prepared-stores.ts";
import { completion } from "./signals.ts";
import { type PublishedEvent, setStage, type Stage } from "./stage.ts";
import { storedRecord } from "./stored-record.ts";
import type { PullRequest, Repository } from "../local-github/state.ts";
import type { Account } from "../local-github/account.ts";
import { fullName } from "../local-github/world.ts";

/** A stage and a bot that all tests of a file share. */
export interface Scenario {
  readonly stage: Stage;
  readonly bot: Bot;
  /** Sends signals to the bot over HTTP. */
  signal(...events: unknown[]): Promise<void>;
  /** Adds a repository with a README and these files on `main`. The App is installed on it, unless `owner` is given. */
  addRepository(name: string, options?: AddedRepository): Promise<Repository>;
  /** Commits files to a branch as a person does; by default to `main`. Returns the commit's id. */
  change(repository: Repository, files: Record<string, string | null>, branch?: string): Promise<string>;
  /** Pushes one commit to a branch named after the project, and signals the completion. */
  complete(project: string, options?: Completed): Promise<void>;
  /** Completes the project again and waits until the bot has published the update. Pass another `minute` each time. */
  completeAgain(project: string, options?: Completed): Promise<void>;
  /** Makes the next look at the project's pull request due now; without this it is due within the hour. */
  lookAgain(project: string): Promise<void>;
  /** Waits until the bot is idle and cancels all due looks at open pull requests, so that a fault hits what comes next. */
  leaveAlone(): Promise<void>;
  /** Changes the stored record of a project with a MongoDB update, as soon as no process holds it. */
  editRecord(project: string, update: Record<string, unknown>): Promise<void>;
  /** The history of the project's pull request in the bot's API, oldest first. */
  history(project: string): Promise<readonly { readonly what: string; readonly because: string }[]>;
  /** Waits for the project's first event of a type. */
  event(project: string, type: string): Promise<PublishedEvent>;
  /** The project's events of a type so far, oldest first. */
  events(project: string, type: string): Promise<PublishedEvent[]>;
  /** The types of the project's events so far, oldest first. */
  types(project: string): Promise<string[]>;
  /** Waits for the project's `opened` event, and returns the pull request on GitHub. */
  opened(project: string): Promise<PullRequest>;
  /** Waits until the bot's API lists the project's only pull request in the state that `is` accepts. */
  listed(project: string, is: (record: ListedPullRequest) => boolean): Promise<ListedPullRequest>;
}

interface AddedRepository {
  readonly files?: Record<string, string>;
  /** By default the organization `octo`. */
  readonly owner?: Account;
  readonly draftsSupported?: boolean;
}

interface Completed {
  /** By default the repository of the project's last completion, or `octo/hello`. */
  readonly repository?: Repository;
  /** `null` if the branch exists and nothing is to be pushed. */
  readonly files?: Record<string, string | null> | null;
  readonly message?: string;
  readonly data?: Record<string, unknown>;
  readonly minute?: number;
}

interface Connection {
  /** Whether GitHub's webhooks reach the bot. Each webhook causes a look, so tests that count requests turn them off. */
  readonly webhooks?: boolean;
}

/** Call it once, at the top of a file. GitHub's webhooks reach the bot over HTTP, as in production. */
export function useScenario(
  overrides: Partial<Overrides> = {},
  { webhooks = true }: Connection = {},
): Scenario {
  const started = useStage(overrides, webhooks);
  const event = async (project: string, type: string) =>
    eventually(`${type} of ${project}`, async () => (await eventsOf(started().stage, project, type))[0]);
  const { complete, completeAgain, repositoryOf } = completions(started);
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
    addRepository: (name, options) => addRepository(started(), name, options),
    change: (repository, files, branch = "main") =>
      started().stage.github.pushFiles(repository, { branch, files, message: "Change it by hand" }),
    complete,
    completeAgain,
    ...looks(started),
    history: (project) => historyOf(started(), project),
    event,
    events: (project, type) => eventsOf(started().stage, project, type),
    types: async (project) => (await started().stage.events(project)).map(({ type }) => type),
    opened: async (project) => {
      const { data } = await event(project, "orb.pull_request.opened");
      const { number } = data["pullRequest"] as { number: number };
      return started().stage.github.pullRequest(repositoryOf(project), number);
    },
    listed: async (project, is) =>
      eventually(`${project} listed in the wanted state`, async () => {
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
    stage = await setStage(await preparedStores());
    bot = await startBot(stage.surroundings, overrides);
    if (webhooks) stage.sendWebhooksTo(bot);
  });
  afterAll(async () => {
    await stage?.github.webhooks.drain();
    await bot?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });
  return () => {
    if (!stage || !bot) throw new Error("The scenario was used before it was set up");
    return { stage, bot };
  };
}

/** What a test does to the records of pull requests, and to the times of their next looks. */
function looks(started: () => Started): Pick<Scenario, "lookAgain" | "leaveAlone" | "editRecord"> {
  return {
    lookAgain: async (project) => {
      const { native } = started().bot.app.database;
      const pullRequests = native.collection(PULL_REQUESTS_COLLECTION);
      await eventually(`${project} at rest`, () => setInMotion(pullRequests, project));
    },
    leaveAlone: async () => {
      const { stage, bot } = started();
      await stage.github.webhooks.drain();
      const { deliveryStore } = bot.app;
      await eventually(
        "all webhooks handled",
        async () => !(await deliveryStore.model.exists({ status: "pending" })),
      );
      await leaveAlone(stage.surroundings.mongodbUri);
    },
    editRecord: async (project, update) => {
      const { model } = started().bot.app.pullRequestStore;
      await eventually(`${project} at rest`, async () => {
        const { matchedCount } = await model.updateOne({ project, "work.owner": null }, update);
        return matchedCount === 1;
      });
    },
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
    // The push alone causes an update too, but of an earlier round.
    await eventually(`round ${round + 1} of ${project}`, async () => {
      const { publishedRound } = await storedRecord(bot.app, project);
      return publishedRound > round && (await updates()).length > before;
    });
  };
  return { complete, completeAgain, repositoryOf };
}

async function addRepository(
  { stage: { github, installation, repository: hello } }: Started,
  name: string,
  { files = {}, owner, draftsSupported = true }: AddedRepository = {},
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

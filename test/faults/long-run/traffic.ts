import { ACTS, type Act, History, type Share } from "../../../bench/loss/history.ts";
import { oneOf } from "../../../bench/loss/random.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { completion } from "../../support/signals.ts";
import type { Repository } from "../../local-github/state.ts";
import { fullName } from "../../local-github/world.ts";
import type { WebhookFault } from "../../local-github/webhooks/webhook-faults.ts";
import type { Scene } from "./scene.ts";

const PROJECTS = 30;
/** Of the projects, one in so many changes two repositories. */
const CHANGE_SETS = 5;
/** Of the completions, one in so many is followed by another of the same branch. */
const COMPLETED_AGAIN = 3;
/** The part of the run's time in which first completions come, and the longest time until the second one. */
const FIRST_WITHIN = 0.6;
const SECOND_WITHIN = 0.3;
const ACTS_PER_STEP = 1;
const WEBHOOKS_FAIL = 0.1;
const ANSWER_MS_MAX = 4_000;
const COMMANDS = ["status", "help"] as const;

/** A branch of which agents report once or twice that it is complete. */
export interface Task {
  readonly project: string;
  readonly branch: string;
  readonly repository: Repository;
  readonly rounds: number;
}

/** A command that somebody gave, and by which words its answer is known. */
export interface Given {
  readonly repository: Repository;
  readonly number: number;
  readonly marker: string;
}

interface Due {
  readonly step: number;
  readonly task: Task;
  readonly round: number;
}

/** What a description says of the round in which it was written. */
export function roundOf(body: string | null): number {
  return Number(/This is round (\d+)\./.exec(body ?? "")?.[1] ?? 0);
}

/** Agents, people and CI: all that they do comes in through the doors of whichever process a load balancer names. */
export class Traffic {
  readonly tasks: readonly Task[];
  readonly given: Given[] = [];
  readonly #scene: Scene;
  readonly #urls: readonly string[];
  readonly #random: () => number;
  readonly #histories: readonly History[];
  readonly #sent: Promise<unknown>[] = [];
  #due: readonly Due[];

  /** @param steps the number of times that `step` will be called */
  constructor(
    scene: Scene,
    { urls, random, steps }: { urls: readonly string[]; random: () => number; steps: number },
  ) {
    this.#scene = scene;
    this.#urls = urls;
    this.#random = random;
    this.tasks = tasksIn(scene.repositories);
    this.#due = this.tasks.flatMap((task) => {
      const first = Math.floor(random() * FIRST_WITHIN * steps);
      const second = first + 1 + Math.floor(random() * SECOND_WITHIN * steps);
      return [first, second].slice(0, task.rounds).map((step, index) => ({ step, task, round: index + 1 }));
    });
    const { github } = scene.stage;
    const reviewer = github.createUser("ines");
    this.#histories = scene.repositories.map((repository) => {
      github.addCollaborator(repository, reviewer, "write");
      return new History({ github, repository, reviewer, random }, this.#shares());
    });
  }

  /** Does what is due at this step; resolves when it has happened on GitHub, but does not wait for the bot. */
  async step(step: number): Promise<void> {
    const { stage } = this.#scene;
    stage.sendWebhooksTo({ url: this.#anyUrl() });
    if (this.#random() < WEBHOOKS_FAIL) stage.github.webhooks.faults.add({ fault: this.#anyFault() });
    for (const due of this.#due.filter((each) => each.step === step)) await this.#complete(due);
    for (let act = 0; act < ACTS_PER_STEP; act++) await oneOf(this.#histories, this.#random).next();
  }

  /** Resolves when every completion was taken in, or is in the stream. */
  async sent(): Promise<void> {
    await Promise.all(this.#sent);
  }

  async #complete({ task: { project, branch, repository }, round }: Due): Promise<void> {
    const { github } = this.#scene.stage;
    const files = { [`src/${branch.replace("/", "-")}.ts`]: `export const round = ${round};\n` };
    const from = round === 1 ? { from: "main" } : {};
    await github.pushFiles(repository, { branch, ...from, files, message: `Write round ${round}` });
    const data = { branch, repository: fullName(repository), summary: `This is round ${round}.` };
    this.#sent.push(this.#signal(completion(project, { ...data, type: "feature" }, { minute: 30 + round })));
  }

  /** Over HTTP it is sent again, to any process, until one has taken it in. */
  async #signal(event: unknown): Promise<unknown> {
    if (this.#random() < 0.5)
      return this.#scene.stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(event));
    const send = () =>
      sendSignals(this.#anyUrl(), [event], { signal: AbortSignal.timeout(ANSWER_MS_MAX) }).then(
        () => true,
        () => false,
      );
    return eventually("a completion taken in", send);
  }

  #shares(): readonly Share[] {
    const command: Act = async ({ number, labels }, { github, repository }) => {
      // Before it has labels, a process may have died that did not remember its number; nobody comments so fast.
      if (labels.length === 0) return;
      const word = oneOf(COMMANDS, this.#random);
      const { id } = await github.comment(repository, number, `/orb ${word}`);
      this.given.push({ repository, number, marker: `<!-- orb:answer ${id} ${word} -->` });
    };
    return [
      [6, ACTS.push],
      [6, command],
      [6, ACTS.startCheck],
      [6, ACTS.completeCheck],
      [4, ACTS.review],
      [4, ACTS.label],
      [3, ACTS.comment],
      [2, ACTS.status],
      [2, ACTS.draft],
      [2, ACTS.moveBase],
      [1, ACTS.conflict],
      [4, this.#onlyInTheEnd(ACTS.merge)],
      [2, this.#onlyInTheEnd(ACTS.closeOrReopen), "also closed"],
    ];
  }

  /** What was merged or closed has no description for a later completion. */
  #onlyInTheEnd(act: Act): Act {
    return async (pullRequest, scene, count) => {
      const task = this.tasks.find(({ branch }) => branch === pullRequest.headRef);
      if (task?.rounds === roundOf(pullRequest.body)) await act(pullRequest, scene, count);
    };
  }

  #anyUrl(): string {
    return oneOf(this.#urls, this.#random);
  }

  #anyFault(): WebhookFault {
    return oneOf([{ kind: "duplicate" }, { kind: "unreachable" }, { kind: "reorder" }], this.#random);
  }
}

function tasksIn(repositories: readonly Repository[]): readonly Task[] {
  const all = Array.from({ length: PROJECTS }, (_, index) => {
    const project = `p-${index}`;
    const parts = index % CHANGE_SETS === 0 ? 2 : 1;
    return Array.from({ length: parts }, (_part, part) => ({
      project,
      branch: `agent/${project}-${part}`,
      place: index + part,
    }));
  }).flat();
  return all.flatMap(({ place, ...task }, index) => {
    const repository = repositories[place % repositories.length];
    return repository ? [{ ...task, repository, rounds: index % COMPLETED_AGAIN === 0 ? 2 : 1 }] : [];
  });
}

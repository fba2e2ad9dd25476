import { MongoClient } from "mongodb";
import { balance, isBalanced } from "../../../bench/loss/ledger.ts";
import { truthOf } from "../../../bench/loss/truth.ts";
import type { PullRequest } from "../../local-github/state.ts";
import type { PublishedEvent } from "../../support/stage.ts";
import type { Scene } from "./scene.ts";
import { roundOf, type Task, type Traffic } from "./traffic.ts";

const OPENED = "orb.pull_request.opened";

/** What went wrong in a run, as sentences. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Where a record says something else than GitHub. */
  readonly untrue: readonly string[];
}

interface StoredEvent {
  readonly project: string;
  readonly seq: number;
  readonly type: string;
}

/** Compares what was asked for with what is on GitHub, in the database and in the stream, when everything has come to rest. */
export async function judge(scene: Scene, traffic: Traffic): Promise<Verdict> {
  const { stage, effects, inbox, repositories } = scene;
  await using client = await MongoClient.connect(stage.surroundings.mongodbUri);
  const outbox = await client.db().collection<StoredEvent>("outbox").find().sort({ seq: 1 }).toArray();
  const ledger = balance(stage.github.world.state.hookDeliveries, await inbox.entries());
  const truths = await Promise.all(
    repositories.map((repository) => truthOf({ repository, app: stage.githubApp, inbox })),
  );
  const published = traffic.tasks.flatMap(publishedOnce);
  const answered = answers(traffic);
  const relayed = await Promise.all(
    [...new Set(traffic.tasks.map(({ project }) => project))].map(async (project) => {
      const mine = outbox.filter((event) => event.project === project);
      const branches = traffic.tasks.filter((task) => task.project === project).length;
      return relayedInOrder(project, { mine, branches, seen: await stage.eventsOnceEach(project) });
    }),
  );
  return {
    lost: [
      ...published.filter(({ count }) => count === 0).map(({ what }) => what),
      ...answered.filter(({ count }) => count === 0).map(({ what }) => what),
      ...relayed.flat(),
      ...(isBalanced(ledger) && ledger.lost === 0 ? [] : [JSON.stringify(ledger)]),
    ],
    twice: [
      ...[...published, ...answered].filter(({ count }) => count > 1).map(({ what }) => what),
      ...effects.repeated,
    ],
    untrue: truths.flatMap(({ untrue }) => untrue),
  };
}

interface Counted {
  readonly what: string;
  readonly count: number;
}

/** A pull request counts for a completion if it also tells the last round. */
function publishedOnce({ branch, repository, rounds }: Task): Counted[] {
  const made = [...repository.pullRequests.values()].filter(({ headRef }) => headRef === branch);
  const told = made.filter(({ body }) => roundOf(body) === rounds);
  return [
    { what: `the pull request of ${branch}`, count: made.length },
    { what: `round ${rounds} of ${branch}`, count: told.length },
  ];
}

function answers({ given }: Traffic): Counted[] {
  return given.map(({ repository, number, marker }) => {
    const pullRequest: PullRequest | undefined = repository.pullRequests.get(number);
    const count = pullRequest?.comments.filter(({ body }) => body.includes(marker)).length ?? 0;
    return { what: `the answer ${marker} on ${repository.name}#${number}`, count };
  });
}

function relayedInOrder(
  project: string,
  {
    mine,
    branches,
    seen,
  }: { mine: readonly StoredEvent[]; branches: number; seen: readonly PublishedEvent[] },
): string[] {
  const numbers = (events: readonly { readonly seq: number }[]) => events.map(({ seq }) => seq).join(" ");
  const opened = mine.filter(({ type }) => type === OPENED).length;
  return [
    ...(numbers(mine) === numbers(seen)
      ? []
      : [`${project}: events ${numbers(mine)}, relayed ${numbers(seen)}`]),
    ...(opened === branches ? [] : [`${project}: ${opened} events ${OPENED} of ${branches} branches`]),
  ];
}

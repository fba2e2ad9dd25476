import { isDeepStrictEqual } from "node:util";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { ask, sendSignals } from "../../support/bot/api.ts";
import { eventually } from "../../support/eventually.ts";
import { seriesOf, summed } from "../../support/metrics.ts";
import { preparedStores } from "../../support/servers/prepared-stores.ts";
import { setStage, type Stage } from "../../support/stage.ts";
import { cloudEvent, completion } from "../../support/signals.ts";
import { expect, test } from "../../support/testing.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";

/** How many signals, and how many deliveries: `ORB_TEST_LEDGER=10000` takes about five minutes on a machine that does nothing else. */
const COUNT = Number(process.env["ORB_TEST_LEDGER"] ?? 200);
/** Few, so that a busy machine answers all: a request without an answer may have been counted or not. */
const AT_ONCE = 4;
/** So many signals in a request. */
const BATCH = 20;
const COMPLETIONS = 3;
const MINUTES_FOR_ALL = 20;

/** A busy MongoDB may not confirm in time: then a sender tries again, and the bot says what it had stored. */
const AWAY = 503;
const taken = <T>(send: () => Promise<T | false>): Promise<T> => eventually("it taken", send);

function unlessAway(error: unknown): false {
  if (error instanceof Error && error.message.includes(`answered ${AWAY}`)) return false;
  throw error;
}

/** By the answers. */
interface Sent {
  readonly signals: { accepted: number; duplicate: number; refused: number };
  readonly webhooks: { stored: number; duplicate: number; ignored: number; bad_signature: number };
  tokens: number;
}

/** Does something with each, a few at a time, and half of them at each bot. */
async function each<T>(
  items: readonly T[],
  bots: readonly Bot[],
  act: (item: T, bot: Bot) => Promise<unknown>,
) {
  const left = [...items.entries()];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, item] = next;
      const bot = bots[index % bots.length];
      if (bot) await act(item, bot);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function sendAllSignals(bots: readonly Bot[], count: number, sent: Sent): Promise<void> {
  const executed = (index: number) =>
    cloudEvent(
      "orb.agent.executed",
      {
        project: `ledger-${index % 100}`,
        agent: `agent-${index % 7}`,
        phase: "implementation",
        outcome: index % 3 === 0 ? "failed" : "succeeded",
        durationMs: index,
        tokens: index,
      },
      { id: `executed-${index}`, minute: index % 60 },
    );
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) =>
    Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (__, place) => batch * BATCH + place),
  );
  const send = async (batch: readonly number[], { url }: Bot) => {
    const answers = await taken(() => sendSignals(url, batch.map(executed)).catch(unlessAway));
    for (const { duplicate } of answers) sent.signals[duplicate ? "duplicate" : "accepted"] += 1;
  };
  await each(batches, bots, send);
  sent.tokens += (count * (count - 1)) / 2;
  // The same again at the other process, some with another content, and some that are no signals.
  const again = batches.filter((_, index) => index % 3 === 0);
  await each(again, bots.toReversed(), send);
  const wrong = Array.from({ length: Math.ceil(count / 10) }, (_, index) => index);
  await each(wrong, bots, async (index, { url }) => {
    const changed = {
      ...executed(index),
      type: index % 2 === 0 ? "orb.unknown" : "orb.agent.executed",
      data: { project: "p" },
    };
    const answer = await ask(url, "/api/v1/signals", { method: "POST", body: JSON.stringify(changed) });
    expect(answer.status).toBe(400);
  });
  sent.signals.refused += wrong.length;
}

async function sendAllDeliveries(bots: readonly Bot[], count: number, sent: Sent): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index);
  await each(indexes, bots, async (index, { url }) => {
    const id = `ledger-${index}`;
    const push = {
      ref: "refs/heads/x",
      after: "a".repeat(40),
      deleted: false,
      repository: { id: 1, full_name: `octo/r-${index % 50}` },
    };
    const one =
      index % 5 === 0
        ? delivery("star", { action: "created" }, { id })
        : index % 2 === 0
          ? delivery("ping", { zen: `Number ${index}` }, { id })
          : delivery("push", push, { id });
    for (let times = index % 4 === 1 ? 2 : 1; times > 0; times--) {
      const answer = await taken(async () => {
        const given = await post(url, one);
        return given.status !== AWAY && given;
      });
      const { outcome } = await answerOf(answer, 202);
      sent.webhooks[outcome as "stored" | "duplicate" | "ignored"] += 1;
    }
    if (index % 6 === 1) {
      const forged = { "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
      expect((await post(url, one, forged)).status).toBe(401);
      sent.webhooks.bad_signature += 1;
    }
  });
}

async function allHandled({ app }: Bot): Promise<void> {
  const pending = { status: "pending" } as const;
  await eventually(
    "everything handled",
    async () => {
      const signals = await app.signalStore.model.countDocuments(pending);
      const deliveries = await app.deliveryStore.model.countDocuments(pending);
      return signals + deliveries === 0;
    },
    MINUTES_FOR_ALL * 60_000,
  );
}

/** Sends everything to two processes, and compares the sum of their counters with what was sent, stored and asked of GitHub. */
async function compare(stage: Stage, count: number): Promise<void> {
  await using one = await startBot(stage.surroundings);
  await using two = await startBot(stage.surroundings);
  const bots = [one, two];
  const sent: Sent = {
    signals: { accepted: 0, duplicate: 0, refused: 0 },
    webhooks: { stored: 0, duplicate: 0, ignored: 0, bad_signature: 0 },
    tokens: 0,
  };
  await sendAllSignals(bots, count, sent);
  await sendAllDeliveries(bots, count, sent);
  for (let index = 0; index < COMPLETIONS; index++) {
    await stage.pushBranch(`agent/ledger-${index}`);
    await sendSignals(one.url, [completion(`ledger-${index}`, { branch: `agent/ledger-${index}` })]);
    sent.signals.accepted += 1;
  }
  await allHandled(one);
  const { pullRequestStore } = one.app;
  await eventually(
    "all opened",
    async () => (await pullRequestStore.model.countDocuments({ openedAt: { $ne: null } })) === COMPLETIONS,
  );
  // What the bots count after their last act may still be on its way.
  const agree = async () => isDeepStrictEqual(await counted(bots), await ledger(one, stage, sent));
  await eventually("the counters agree", agree).catch(() => {});
  expect(await counted(bots)).toEqual(await ledger(one, stage, sent));
}

async function counted(bots: readonly Bot[]) {
  const series = (await Promise.all(bots.map((bot) => seriesOf(bot)))).flat();
  const of = (name: string, labels: Record<string, string> = {}) => summed(series, name, labels);
  const ofSignals = (outcome: string) => of("orb_signals_total", { outcome });
  const ofDeliveries = (outcome: string) => of("orb_webhook_deliveries_total", { outcome });
  const ignoredAtDoor = of("orb_webhook_deliveries_total", { outcome: "ignored", event: "other" });
  return {
    signals: {
      accepted: ofSignals("accepted"),
      duplicate: ofSignals("duplicate"),
      refused: ofSignals("refused"),
    },
    storedSignals: ofSignals("accepted"),
    executions: of("orb_agent_executions_total"),
    tokens: of("orb_agent_tokens_total"),
    webhooks: {
      stored: ofDeliveries("stored"),
      duplicate: ofDeliveries("duplicate"),
      ignored: ignoredAtDoor,
      bad_signature: ofDeliveries("bad_signature"),
    },
    handled: { applied: ofDeliveries("applied"), ignored: ofDeliveries("ignored") - ignoredAtDoor },
    opened: of("orb_pull_request_outcomes_total", { outcome: "opened" }),
    gitHub: of("orb_github_requests_total"),
    webhookAnswers: of("orb_http_requests_total", { route: "/api/github/webhooks", status: "202" }),
  };
}

async function ledger({ app: { signalStore, deliveryStore } }: Bot, { github }: Stage, sent: Sent) {
  const handled = (outcome: "applied" | "ignored") => deliveryStore.model.countDocuments({ outcome });
  const { stored, duplicate, ignored } = sent.webhooks;
  const executed = { type: "orb.agent.executed", status: "done" } as const;
  return {
    signals: sent.signals,
    storedSignals: await signalStore.model.countDocuments(),
    executions: await signalStore.model.countDocuments(executed),
    tokens: sent.tokens,
    webhooks: sent.webhooks,
    handled: { applied: await handled("applied"), ignored: await handled("ignored") },
    opened: COMPLETIONS,
    gitHub: github.requests.all().length,
    webhookAnswers: stored + duplicate + ignored,
  };
}

test(`the counters of two instances agree exactly with what ${COUNT} signals and as many deliveries were answered with and led to`, async () => {
  await using stage = await setStage(await preparedStores());
  await compare(stage, COUNT);
});

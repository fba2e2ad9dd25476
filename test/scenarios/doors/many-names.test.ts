import { labelOf } from "../../../src/deliveries/events.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { DeliveryTelemetry } from "../../../src/telemetry/deliveries.ts";
import { GitHubTelemetry } from "../../../src/telemetry/github.ts";
import { ProjectTelemetry } from "../../../src/telemetry/projects.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { eventually } from "../../support/eventually.ts";
import { readSeries, seriesOf } from "../../support/metrics.ts";
import { longStory } from "../../support/sample.ts";
import { cloudEvent, projectCreated } from "../../support/signals.ts";
import { expect, test } from "../../support/testing.ts";
import { delivery, post } from "../../support/webhooks/deliveries.ts";

const NAMES = 100_000;
const OVER_HTTP = 60;
const SERIES_MAX = 2_000;

const bot = useBot();
const indexes = Array.from({ length: OVER_HTTP }, (_, index) => index);

longStory("whatever names come through the doors, the number of series stays small", async () => {
  const executed = (index: number) =>
    cloudEvent("orb.agent.executed", {
      project: `many-${index}`,
      agent: `agent ${index}`,
      phase: "planning",
      outcome: "succeeded",
      durationMs: 1,
      tokens: 1,
      costUsd: 0.1,
    });
  await sendSignals(
    bot.url,
    indexes.map((index) => projectCreated(`many-${index}`, `owner-${index}/repo-${index}`)),
  );
  await sendSignals(bot.url, indexes.map(executed));
  for (const index of indexes) {
    const repository = { id: index, full_name: `owner-${index}/repo-${index}` };
    await post(bot.url, delivery(`event_${index}`, { action: `action-${index}`, repository }));
    const push = { ref: `refs/heads/b-${index}`, after: "a".repeat(40), deleted: false, repository };
    await post(bot.url, delivery("push", { ...push, installation: { id: index } }));
    await bot.request(`/api/v1/unknown-${index}`);
    await bot.request(`/api/v1/projects/many-${index}`);
  }
  await eventually("all handled", async () => {
    const { signalStore, deliveryStore } = bot.app;
    const pending = { status: "pending" } as const;
    return (
      (await signalStore.model.countDocuments(pending)) +
        (await deliveryStore.model.countDocuments(pending)) ===
      0
    );
  });
  const series = await seriesOf(bot);
  expect(series.length).toBeLessThanOrEqual(SERIES_MAX);
  const named = series.filter(({ labels }) =>
    Object.values(labels).some((value) => /many-|owner-|b-\d|event_|unknown-/.test(value)),
  );
  expect(named).toEqual([]);
});

/** All that has a label whose values come from outside, with so many values. */
function countMany(names: number): Metrics {
  const metrics = new Metrics();
  const instruments = { log: createLogger({ level: "silent", format: "json" }), metrics };
  const [projects, github, deliveries] = [
    new ProjectTelemetry(instruments),
    new GitHubTelemetry(instruments),
    new DeliveryTelemetry(instruments),
  ];
  const phases = ["research", "planning", "implementation"];
  for (let index = 0; index < names; index++) {
    const agent = `agent ${index}`;
    const phase = phases[index % 3] ?? "";
    const outcome = index % 2 === 0 ? "succeeded" : "failed";
    projects.agentExecuted({ agent, phase, outcome, durationMs: index, tokens: 1, costUsd: 1 });
    github.rateLimit(String(index), { remaining: index, resetSeconds: index });
    github.answered({
      operation: `GET /repositories/${index}`,
      status: String(index % 1_000),
      cache: "none",
      durationMs: 1,
    });
    const event = labelOf(`event_${index}`, new Set(["push"]));
    deliveries.answered({
      event,
      outcome: "stored",
      deliveryId: `d-${index}`,
      requestId: null,
      durationMs: 1,
    });
  }
  return metrics;
}

test("100 000 names of agents, installations, routes of GitHub and events are as many series as some thousand", async () => {
  const text = async (metrics: Metrics) => metrics.registry.metrics();
  const [few, many] = [countMany(NAMES / 20), countMany(NAMES)];
  const [ofFew, ofMany] = [readSeries(await text(few)), readSeries(await text(many))];
  expect(ofMany.length).toBeLessThanOrEqual(SERIES_MAX);
  expect(ofMany.length).toBeLessThanOrEqual(1.1 * ofFew.length);
  expect(ofFew.length).toBeGreaterThan(200);
});

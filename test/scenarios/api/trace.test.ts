import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent, completion, projectCreated } from "../../support/signals.ts";
import { expect, test } from "../../support/testing.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";

const scenario = useScenario();

interface Shown {
  readonly entries: readonly { readonly part: string; readonly what: string; readonly name: string }[];
  readonly gaps: readonly { readonly part: string; readonly because: string }[];
  readonly waits: readonly unknown[];
}

async function traced(path: string): Promise<Shown> {
  return (await answerOf(await scenario.bot.request(path), 200)) as unknown as Shown;
}

const partsOf = ({ entries }: Shown) => entries.map(({ part, what }) => `${part} ${what}`);
const namesOf = ({ entries }: Shown, part: string, what: string) =>
  entries.filter((entry) => entry.part === part && entry.what === what).map(({ name }) => name);

async function deliveryOf(event: string, action: string): Promise<string> {
  return eventually(`the delivery ${event} ${action} handled`, async () => {
    const { deliveryStore } = scenario.bot.app;
    const found = await deliveryStore.model.findOne({ event, action, status: "done" }).lean();
    return found?._id;
  });
}

test("a completion is followed from the door to its pull request and its events", async () => {
  await scenario.signal(projectCreated("traced"));
  await scenario.complete("traced");
  await scenario.opened("traced");
  const { signalStore } = scenario.bot.app;
  const type = "orb.implementation.completed";
  const signal = await signalStore.model.findOne({ project: "traced", type }).lean();
  const path = `/api/v1/signals/${encodeURIComponent(String(signal?.["id"]))}/trace`;
  const shown = await eventually("its events relayed", async () => {
    const found = await traced(path);
    return namesOf(found, "event", "relayed").includes("orb.pull_request.opened") && found;
  });
  expect(shown).toMatchObject({ kind: "signal", type, project: "traced", repository: "octo/hello" });
  const message = partsOf(shown).filter((what) => /^(?:door|handling) /.test(what));
  expect(message).toEqual([
    "door received",
    "door verified",
    "door stored",
    "handling claimed",
    "handling done",
  ]);
  expect(partsOf(shown)).toEqual(
    expect.arrayContaining([
      "project recorded",
      "pull_request made_due",
      "pull_request write_done",
      "pull_request opened",
      "pull_request run_ended",
      "workspace leased",
    ]),
  );
  expect(namesOf(shown, "event", "published")).toEqual(
    expect.arrayContaining(["orb.project.updated", "orb.pull_request.opened"]),
  );
  expect(shown).toMatchObject({ waits: [], gaps: [], isCut: false });
});

test("a merge is followed from GitHub's delivery to the events about it", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("traced-merge");
  const { number } = await scenario.opened("traced-merge");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("traced-merge", "orb.pull_request.merged");
  const id = await deliveryOf("pull_request", "closed");
  const shown = await eventually("the run for it ended", async () => {
    const found = await traced(`/api/v1/deliveries/${id}/trace`);
    return partsOf(found).includes("pull_request run_ended") && found;
  });
  expect(shown).toMatchObject({ kind: "delivery", type: "pull_request", status: "done", gaps: [] });
  expect(partsOf(shown)).toEqual(
    expect.arrayContaining([
      "door verified",
      "handling claimed",
      "handling applied",
      "pull_request made_due",
    ]),
  );
  expect(namesOf(shown, "pull_request", "run_ended")).toEqual([`octo/hello#${number}`]);
  // The merge may also have been noticed by the look for another delivery about it, such as the push.
  const events = await scenario.bot.app.outboxStore.model.find({ type: "orb.pull_request.merged" }).lean();
  for (const { causes } of events)
    expect(causes).toEqual(expect.arrayContaining([expect.stringMatching(/^delivery:/)]));
});

test("what retention has removed, or an earlier version did not store, is named as missing", async () => {
  const { pullRequestStore, projectStore, signalStore } = scenario.bot.app;
  await scenario.complete("traced-gone");
  await scenario.opened("traced-gone");
  await scenario.leaveAlone();
  const signal = await signalStore.model.findOne({ project: "traced-gone" }).lean();
  const path = `/api/v1/signals/${String(signal?.["id"])}/trace`;
  await pullRequestStore.model.deleteOne({ project: "traced-gone" });
  await projectStore.model.deleteOne({ _id: "traced-gone" });
  const shown = await traced(path);
  expect(shown.gaps.map(({ part }) => part).toSorted()).toEqual(["project", "pull_request"]);
  expect(namesOf(shown, "event", "published")).toContain("orb.pull_request.opened");
  await signalStore.model.updateOne(
    { project: "traced-gone" },
    { $unset: { tries: 1 }, receivedAt: new Date(0) },
  );
  const { gaps, entries } = await traced(path);
  expect(gaps.map(({ part }) => part)).toEqual(expect.arrayContaining(["handling", "event"]));
  expect(entries[0]).toMatchObject({ part: "door", what: "received" });
});

test("a signal that fails has its tries, and what it waits for", async () => {
  const { signalStore } = scenario.bot.app;
  await scenario.signal(cloudEvent("orb.project.failed", { project: "traced-tries" }, { id: "tries-1" }));
  await eventually("it is handled", async () =>
    signalStore.model.findOne({ id: "tries-1", status: "done" }).lean(),
  );
  const problem = { code: "internal", reason: "It broke.", remedy: "Fix it." };
  const failed = { takenAt: new Date(), endedAt: new Date(), by: "host/1/a", outcome: "failed", problem };
  // Without a time no process takes it.
  const work = { "work.dueAt": null, "work.owner": null };
  await signalStore.model.updateOne(
    { id: "tries-1" },
    { $set: { status: "pending", problem, tries: [failed], ...work } },
  );
  const shown = await traced("/api/v1/signals/tries-1/trace");
  expect(partsOf(shown)).toContain("handling failed");
  expect(shown.waits[0]).toMatchObject({ part: "handling", because: "It broke.", problem });
  await signalStore.model.updateOne({ id: "tries-1" }, { $set: { status: "done", "work.dueAt": null } });
});

test("an id that several sources use needs the source; an unknown id is not found", async () => {
  const twice = { id: "shared/id 1" };
  await scenario.signal(completion("traced-a", { branch: "agent/a" }, twice));
  const other = completion("traced-b", { branch: "agent/b" }, twice);
  await scenario.signal({ ...other, source: "another" });
  const path = `/api/v1/signals/${encodeURIComponent(twice.id)}/trace`;
  const refused = await answerOf(await scenario.bot.request(path), 409);
  expect(refused).toMatchObject({ code: "signal_ambiguous", detail: expect.stringContaining('"another"') });
  expect(await traced(`${path}?source=another`)).toMatchObject({ source: "another", project: "traced-b" });
  for (const what of ["signals", "deliveries"]) {
    const unknown = await scenario.bot.request(`/api/v1/${what}/nobody/trace`);
    expect(await answerOf(unknown, 404)).toMatchObject({ code: "not_found" });
  }
});

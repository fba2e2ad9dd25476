import * as fc from "fast-check";
import { expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import { storeRecord } from "../../support/stored-record.ts";
import { useWebhookDeliveries } from "../../support/webhooks/webhook-deliveries.ts";
import { completeUnder } from "./complete-under.ts";

const inbox = useWebhookDeliveries();
const NAMES = ["a", "b", "c"] as const;
type Names = Record<1 | 9, string>;

interface Renaming {
  readonly id: 1 | 9;
  readonly from: string;
  readonly to: string;
}

const step = fc.record({ id: fc.constantFrom(1 as const, 9 as const), to: fc.constantFrom(...NAMES) });

/** Two repositories that change their names, also into one that the other had, and the order in which this is reported. */
const histories = fc
  .record({
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
    places: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    again: fc.boolean(),
  })
  .map(({ steps, places, again }) => {
    const names: Names = { 1: "a", 9: "b" };
    const renamings: Renaming[] = [];
    for (const { id, to } of steps) {
      if (Object.values(names).includes(to)) continue;
      renamings.push({ id, from: names[id], to });
      names[id] = to;
    }
    const reports = renamings.map((renaming, second) => ({ renaming, second }));
    const arrived = (again ? [...reports, ...reports] : reports)
      .map((report, index) => ({ report, place: places[index] ?? 0 }))
      .toSorted((one, other) => one.place - other.place);
    return { names, arrived: arrived.map(({ report }) => report) };
  });

/** Both have a pull request of the same project from the same branch. */
async function begin(): Promise<void> {
  const { pullRequestStore, repositoryStore } = inbox.app;
  await Promise.all([pullRequestStore.model.deleteMany({}), repositoryStore.model.deleteMany({})]);
  const before = new Date(0);
  for (const [id, name] of [
    [1, "octo/a"],
    [9, "octo/b"],
  ] as const) {
    await storeRecord(inbox.app, "p-1", { repository: name, repositoryId: id });
    await repositoryStore.model.create([{ _id: id, fullName: name, namedAt: before, toldAt: before }]);
  }
}

test("two repositories that swap names keep their own records, in whatever order the renamings are reported", async () => {
  const property = fc.asyncProperty(histories, async ({ names, arrived }) => {
    await begin();
    for (const { renaming, second } of arrived) {
      await inbox.deliver("repository", {
        action: "renamed",
        repository: {
          id: renaming.id,
          full_name: `octo/${renaming.to}`,
          updated_at: new Date(Date.UTC(2026, 0, 5, 9, 0, second)).toISOString(),
        },
        changes: { repository: { name: { from: renaming.from } } },
      });
    }
    for (const name of Object.values(names)) await completeUnder(inbox.app, "p-1", `octo/${name}`, 50);
    const records = await inbox.app.pullRequestStore.ofProject("p-1");
    const found = records.map(({ repositoryId, repository, round }) => ({ repositoryId, repository, round }));
    expect(found.toSorted((one, other) => Number(one.repositoryId) - Number(other.repositoryId))).toEqual([
      { repositoryId: 1, repository: `octo/${names[1]}`, round: 2 },
      { repositoryId: 9, repository: `octo/${names[9]}`, round: 2 },
    ]);
  });
  await fc.assert(property, sampledInputs({ all: 200, sample: 20 }));
});

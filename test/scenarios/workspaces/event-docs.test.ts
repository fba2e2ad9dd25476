import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { beforeAll, expect, test } from "../../support/testing.ts";
import type { CleanupEvent, DiskEvent } from "../../../src/outbox/event.ts";
import type { StoredEvent } from "../../../src/outbox/store.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { eventually } from "../../support/eventually.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const PAGE = fileURLToPath(new URL("../../../docs/life-of-a-pull-request.md", import.meta.url));
const examples = await readDocExamples(PAGE);

/** All types: a missing or an unknown one does not compile. */
const EVERY_TYPE: Record<(CleanupEvent | DiskEvent)["type"], true> = {
  "orb.cleanup.scheduled": true,
  "orb.cleanup.cancelled": true,
  "orb.cleanup.started": true,
  "orb.cleanup.deferred": true,
  "orb.cleanup.completed": true,
  "orb.cleanup.failed": true,
  "orb.disk.pressure": true,
  "orb.disk.relieved": true,
};

const DISK_MIB = 32;
const MIB = 1024 * 1024;
const world = useCleanupStage({}, { diskMib: DISK_MIB });

/** The latest event of a type, as the outbox has it, once there is one that `is` accepts. */
async function published(type: string, is: (data: Record<string, unknown>) => boolean): Promise<StoredEvent> {
  const { outboxStore } = world.bot.app;
  return eventually(`${type} published`, async () => {
    const events = await outboxStore.model
      .find({ type: type as StoredEvent["type"] })
      .sort({ seq: -1 })
      .lean<StoredEvent[]>();
    return events.find(({ data }) => is(data as unknown as Record<string, unknown>));
  });
}

const archiveIt = async () => {
  const { status } = await world.ask("POST", "/api/v1/cleanups", { project: "kept", unpushed: "archive" });
  return status;
};

beforeAll(async () => {
  const later = new Date(Date.now() + 3_600_000 * 24 * 60).toISOString();
  await world.create("kept");
  await world.commit("kept", { push: false });
  const { json } = await world.ask("POST", "/api/v1/cleanups", { project: "kept", at: later });
  const [{ id } = { id: "" }] = json["cleanups"] as { id: string }[];
  await world.ask("DELETE", `/api/v1/cleanups/${id}`);
  await world.signal("orb.project.cancelled", { project: "kept" });
  await world.cleanup("kept", ({ status }) => status === "deferred");
  world.passHours(31 * 24);
  await world.sweep();
  // An archive that is no folder can't be written.
  await mkdir(join(world.archive, ".."), { recursive: true });
  await rm(world.archive, { recursive: true, force: true });
  await writeFile(world.archive, "");
  expect(await archiveIt()).toBe(202);
  await world.cleanup("kept", ({ status }) => status === "failed");
  await rm(world.archive);
  expect(await archiveIt()).toBe(202);
  await world.cleanup("kept", ({ status }) => status === "completed");
});

test("a disk that is too full is relieved by finished workspaces, the others stay (D4; needs root)", async () => {
  for (const project of ["finished", "unfinished"]) {
    await world.create(project);
    await mkdir(join(world.pathOf(project), "node_modules"));
    await writeFile(join(world.pathOf(project), "node_modules", "large.js"), Buffer.alloc(9 * MIB, 1));
  }
  await world.signal("orb.project.failed", { project: "finished" });
  await world.sweep();
  await world.cleanup("finished", ({ nextAttemptAt }) => nextAttemptAt !== null);
  world.passHours(1);
  await world.sweep();
  expect(world.isGone("finished")).toBe(false);
  const filler = join(world.root, "filler");
  await writeFile(filler, Buffer.alloc(11 * MIB, 1));
  await published("orb.disk.relieved", () => true);
  expect([world.isGone("finished"), world.isGone("unfinished")]).toEqual([true, false]);
  const { json } = await world.ask("GET", "/api/v1/disk");
  expect(json).toMatchObject({ items: [{ pressure: null }] });
  // Now nothing is left that may go: it says so, and that it is over once somebody else has made room.
  await writeFile(join(world.root, "more"), Buffer.alloc(9 * MIB, 1));
  const { data } = await published("orb.disk.pressure", () => true);
  expect((data as { because: string }).because).toContain("can't be reached");
  expect(world.isGone("unfinished")).toBe(false);
  await truncate(filler, 0);
  await truncate(join(world.root, "more"), 0);
});

/** The shape of a value: its names and types, and for a list the shape of its first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (value instanceof Date) return "string";
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]));
}

/** Which of its events an example shows, if they differ. */
const SHOWN: Readonly<Record<string, (data: Record<string, unknown>) => boolean>> = {
  "orb.cleanup.scheduled": ({ cleanup }) => cleanup !== null,
  "orb.cleanup.deferred": ({ question }) => question !== null,
  "orb.cleanup.completed": ({ archive }) => archive !== null,
};

test.each(Object.keys(EVERY_TYPE))("the example of %s has the fields of a published event", async (type) => {
  const example = examples.find((each) => each.test === type);
  const { data } = await published(type, SHOWN[type] ?? (() => true));
  expect(shape(JSON.parse(example?.code ?? "null"))).toEqual(shape(data));
});

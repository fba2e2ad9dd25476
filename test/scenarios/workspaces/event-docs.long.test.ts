import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { beforeAll, expect, test } from "../../support/testing.ts";
import type { CleanupEvent } from "../../../src/outbox/event.ts";
import { eventually } from "../../support/eventually.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { publishedBy, shapeOf } from "../../support/workspaces/published.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const PAGE = fileURLToPath(new URL("../../../docs/life-of-a-pull-request.md", import.meta.url));
const examples = await readDocExamples(PAGE);

/** All types: a missing or an unknown one does not compile. */
const EVERY_TYPE: Record<CleanupEvent["type"], true> = {
  "orb.cleanup.scheduled": true,
  "orb.cleanup.cancelled": true,
  "orb.cleanup.started": true,
  "orb.cleanup.deferred": true,
  "orb.cleanup.completed": true,
  "orb.cleanup.failed": true,
};

const world = useCleanupStage();

/** While a clean-up runs, nothing else is taken in for its workspace. */
const archiveIt = () =>
  eventually("the wish for an archive taken in", async () => {
    const wish = { project: "kept", unpushed: "archive" };
    const { status } = await world.ask("POST", "/api/v1/cleanups", wish);
    return status === 202;
  });

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
  await archiveIt();
  await world.cleanup("kept", ({ status }) => status === "failed");
  await rm(world.archive);
  await archiveIt();
  await world.cleanup("kept", ({ status }) => status === "completed");
});

/** Which of its events an example shows, if they differ. */
const SHOWN: Readonly<Record<string, (data: Record<string, unknown>) => boolean>> = {
  "orb.cleanup.scheduled": ({ cleanup }) => cleanup !== null,
  "orb.cleanup.deferred": ({ question }) => question !== null,
  "orb.cleanup.completed": ({ archive }) => archive !== null,
};

test.each(Object.keys(EVERY_TYPE))("the example of %s has the fields of a published event", async (type) => {
  const example = examples.find((each) => each.test === type);
  const { data } = await publishedBy(world, type, SHOWN[type] ?? (() => true));
  expect(shapeOf(JSON.parse(example?.code ?? "null"))).toEqual(shapeOf(data));
});

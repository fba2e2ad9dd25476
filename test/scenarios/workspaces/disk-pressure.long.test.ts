import { truncate, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { expect } from "../../support/testing.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { eventually } from "../../support/eventually.ts";

import { ROOT, testNeeding } from "../../support/workspaces/needs.ts";
import { publishedBy, shapeOf } from "../../support/workspaces/published.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const PAGE = fileURLToPath(new URL("../../../docs/life-of-a-pull-request.md", import.meta.url));
const examples = await readDocExamples(PAGE);
const DISK_MIB = 32;
const MIB = 1024 * 1024;
const world = useCleanupStage({}, { diskMib: DISK_MIB });
const published = (type: string) => publishedBy(world, type, () => true);

testNeeding(
  [ROOT],
  "a disk that is too full is relieved by finished workspaces, the others stay (D4)",
  async () => {
    for (const project of ["finished", "unfinished"]) {
      await world.create(project);
      await writeFile(join(world.pathOf(project), "large.txt"), Buffer.alloc(9 * MIB, 1));
      await runGit(world.pathOf(project), ["add", "large.txt"]);
      await world.commit(project, { push: true });
    }
    await world.signal("orb.project.failed", { project: "finished" });
    await eventually("the end of the project", async () => {
      const { json: project } = await world.ask("GET", "/api/v1/projects/finished");
      return project["status"] === "failed";
    });
    await world.sweep();
    await world.cleanup("finished", ({ nextAttemptAt }) => nextAttemptAt !== null);
    world.passHours(1);
    await world.sweep();
    expect(world.isGone("finished")).toBe(false);
    const filler = join(world.root, "filler");
    await writeFile(filler, Buffer.alloc(11 * MIB, 1));
    await published("orb.disk.relieved");
    expect([world.isGone("finished"), world.isGone("unfinished")]).toEqual([true, false]);
    const { json } = await world.ask("GET", "/api/v1/disk");
    expect(json).toMatchObject({ items: [{ pressure: null }] });
    // Now nothing is left that may go: it says so, and that it is over once somebody else has made room.
    await writeFile(join(world.root, "more"), Buffer.alloc(9 * MIB, 1));
    await eventually("why it can't be relieved", async () => {
      const { json: disk } = await world.ask("GET", "/api/v1/disk");
      return JSON.stringify(disk).includes("can't be reached");
    });
    expect(world.isGone("unfinished")).toBe(false);
    await truncate(filler, 0);
    await truncate(join(world.root, "more"), 0);
  },
);

for (const type of ["orb.disk.pressure", "orb.disk.relieved"]) {
  testNeeding([ROOT], `the example of ${type} has the fields of a published event`, async () => {
    const example = examples.find((each) => each.test === type);
    const { data } = await published(type);
    expect(shapeOf(JSON.parse(example?.code ?? "null"))).toEqual(shapeOf(data));
  });
}

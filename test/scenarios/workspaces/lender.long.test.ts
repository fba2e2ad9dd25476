import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { expect, test } from "../../support/testing.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

/** What an agent does between the last look at a workspace at its path and its way into the trash. */
let meanwhile: (() => Promise<void>) | null = null;
const world = useCleanupStage({
  checkpoint: async (name) => {
    if (name !== "rename:checked") return;
    await meanwhile?.();
    meanwhile = null;
  },
});

test("a workspace from which another began to borrow in the last moment is put back, and goes when nobody borrows (C3)", async () => {
  const lender = await world.create("lender");
  const inner = join(await world.create("borrower"), "inner");
  meanwhile = async () => void (await runGit(world.root, ["clone", "--quiet", "--shared", lender, inner]));
  await world.signal("orb.project.cancelled", { project: "lender" });
  const kept = await world.cleanup("lender", ({ status }) => status === "deferred");
  expect(kept.reasons).toMatchObject([{ code: "lends_objects" }]);
  expect(world.isGone("lender")).toBe(false);
  await runGit(inner, ["fsck"]);
  await rm(inner, { recursive: true });
  expect(await world.ask("POST", `/api/v1/cleanups/${kept.id}/run`, {})).toMatchObject({ status: 202 });
  await world.cleanup("lender", ({ status }) => status === "completed");
});

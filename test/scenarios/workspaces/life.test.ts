import { expect, test } from "../../support/testing.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const world = useCleanupStage();

test("the workspace of a cancelled project is gone at once, and a fence stands in its place", async () => {
  await world.create("cancelled");
  await world.end("cancelled", "cancelled");
  await new Promise((r) => setTimeout(r, 4000));
  console.error(JSON.stringify(await world.ask("GET", "/api/v1/cleanups"), null, 1));
  console.error(JSON.stringify(await world.ask("GET", "/api/v1/workspaces"), null, 1));
  const cleanup = await world.cleanup("cancelled", ({ status }) => status === "completed");
  expect(cleanup).toMatchObject({ outcome: "removed" });
  expect(world.isGone("cancelled")).toBe(true);
  const { json } = await world.ask("GET", "/api/v1/projects/cancelled");
  expect(json).toMatchObject({ status: "cancelled", workspaceGone: { outcome: "removed" } });
});

import { expect, test } from "../../support/testing.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("the doors answer", async () => {
  for (const path of ["/api/v1/cleanups", "/api/v1/workspaces", "/api/v1/disk"]) {
    const response = await scenario.bot.request(path);
    expect([path, response.status, await response.json()]).toEqual([path, 200, { items: [], nextCursor: null }]);
  }
});

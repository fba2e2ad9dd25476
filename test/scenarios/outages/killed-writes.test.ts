import { expect, test } from "@jest/globals";
import { OrbError } from "../../../src/errors.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

let dying = false;

const scenario = useScenario({
  checkpoint: (name) => {
    // As far as its record goes, who has lost the lease is as good as dead.
    if (dying && name === "follow:started") {
      throw new OrbError({ code: "lease_lost", reason: "It is over.", remedy: "None." });
    }
  },
});

test("what a run wrote before its process died counts for the limit on writes", async () => {
  const { repository } = scenario.stage;
  await scenario.complete("dying");
  await scenario.opened("dying");
  await scenario.leaveAlone();
  const writes = async () => (await storedRecord(scenario.bot.app, "dying")).activity.writes.length;
  const before = await writes();
  expect(before).toBeGreaterThan(0);
  // Before the push, whose webhook sets off the run: a later one would find its record held by the dead.
  dying = true;
  await scenario.change(repository, { "src/more.ts": "export {};\n" }, "agent/dying");
  await eventually("one write more", async () => (await writes()) > before);
});

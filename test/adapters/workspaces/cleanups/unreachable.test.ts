import { describe, expect, test } from "../../../support/testing.ts";
import { OrbError } from "../../../../src/errors.ts";
import { useBench } from "./bench.ts";

const bench = useBench();
const FILES = { "notes.md": "All of it is pushed.\n", "more.md": "This too.\n" };

describe("a folder that can't be reached", () => {
  test("because it is outside the root: its clean-up ends once, with what to do, and is not tried again", async () => {
    const made = await bench.make(FILES, bench.folder);
    const id = await bench.ask(made);
    await bench.runAll();
    const ended = await bench.stored(id);
    expect(ended).toMatchObject({ status: "cancelled", turn: null, work: { dueAt: null } });
    const [event] = (await bench.eventsOf(made.project)).slice(-1);
    expect(event).toMatchObject({ type: "orb.cleanup.cancelled" });
    expect(JSON.stringify(event)).toContain("set WORKSPACE_ROOT on host-1");
    expect(await bench.contentOf(made.path)).toEqual(FILES);
    expect(await bench.typesOf(made.project)).toEqual(["scheduled", "cancelled"]);
    const dry = await bench.ask(made, { dryRun: true, origin: "person" });
    await bench.runAll();
    expect(await bench.stored(dry)).toMatchObject({
      outcome: "would_keep",
      reasons: [{ code: "outside_root" }],
    });
  });

  test("because the root is not mounted: it is tried again", async () => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made);
    const missing = { code: "root_missing", reason: "It does not exist.", remedy: "Mount it." };
    const unmounted = bench.process({
      hands: (hands) => ({ ...hands, locate: () => Promise.reject(new OrbError(missing)) }),
    });
    await unmounted.queue.runOne();
    expect(await bench.stored(id)).toMatchObject({ status: "failed", problem: missing });
    bench.clock.skewMs += 3_600_000;
    await bench.runAll();
    expect((await bench.stored(id)).outcome).toBe("removed");
  });
});

// Works on signals as the bot does, in a process that one signal kills.

import { setImmediate as nextTurn } from "node:timers/promises";
import { SignalStore } from "../../src/signals/store.ts";
import { signalQueue } from "../../src/signals/signal-work.ts";
import { POISON } from "./poison.ts";
import { SignalTelemetry } from "../../src/telemetry/signals.ts";
import { instruments, openWork, startLanes } from "./work-lanes.ts";

/** Lanes that handle a signal or search for one. */
const lanes = { busy: 0 };
const counted = async (run: () => Promise<boolean>) => {
  lanes.busy += 1;
  return run().finally(() => (lanes.busy -= 1));
};

const deps = await openWork();
const work = signalQueue({
  ...deps,
  telemetry: new SignalTelemetry(instruments),
  store: new SignalStore(deps.database),
  handle: async ({ project }) => {
    if (project !== POISON) return () => {};
    // MongoDB locks what a dead process was about to commit for up to a minute, which is too long for a test.
    while (lanes.busy > 1) await nextTurn();
    process.kill(process.pid, "SIGKILL");
    return () => {};
  },
});
startLanes({
  runOne: async (taken) => counted(() => work.runOne(taken)),
  takeOverOne: async () => counted(() => work.takeOverOne()),
});

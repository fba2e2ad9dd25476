// Works on signals as the bot does, in a process that one of them kills.

import { setImmediate as nextTurn } from "node:timers/promises";
import { SignalStore } from "../../src/signals/store.ts";
import { SignalWork } from "../../src/signals/signal-work.ts";
import { POISON } from "./poisoned-signals.ts";
import { SignalTelemetry } from "../../src/telemetry/signals.ts";
import { instruments, openWork, startLanes } from "./work-lanes.ts";

/** Lanes that are at a signal, or look for one. */
const lanes = { busy: 0 };
const counted = async (look: () => Promise<boolean>) => {
  lanes.busy += 1;
  return look().finally(() => (lanes.busy -= 1));
};

const deps = await openWork();
const work = new SignalWork({
  ...deps,
  telemetry: new SignalTelemetry(instruments),
  store: new SignalStore(deps.database),
  handle: async ({ project }) => {
    if (project !== POISON) return () => {};
    // MongoDB keeps what a dead process was about to commit locked for up to a minute, and a test is not that patient.
    while (lanes.busy > 1) await nextTurn();
    process.kill(process.pid, "SIGKILL");
    return () => {};
  },
});
startLanes({
  runOne: async () => counted(() => work.runOne()),
  takeOverOne: async () => counted(() => work.takeOverOne()),
});

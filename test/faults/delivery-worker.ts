// Works on deliveries as the bot does, in a process that one delivery kills and another one stops.

import { PartStore } from "../../src/deliveries/part-store.ts";
import { DeliveryStore } from "../../src/deliveries/store.ts";
import { DeliveryWork } from "../../src/deliveries/delivery-work.ts";
import { EFFECTS_COLLECTION, POISON, SEDATIVE } from "./poison.ts";
import { DeliveryTelemetry } from "../../src/telemetry/deliveries.ts";
import { instruments, openWork, startLanes } from "./work-lanes.ts";

let sleeps = process.env["SLEEPS"] === "yes";
const deps = await openWork();
const { database } = deps;
const effects = database.native.collection(EFFECTS_COLLECTION);
const work = new DeliveryWork({
  ...deps,
  telemetry: new DeliveryTelemetry(instruments),
  store: new DeliveryStore(database),
  partStore: new PartStore(database),
  handlers: new Map([
    [
      "pull_request",
      async ({ id }, { transaction }) => {
        // Before the first write, because MongoDB locks what a dead process has written for up to a minute.
        if (id === POISON) process.kill(process.pid, "SIGKILL");
        await effects.insertOne({ delivery: id, pid: process.pid }, { session: transaction });
        if (id === SEDATIVE && sleeps) {
          sleeps = false;
          process.send?.("asleep");
          process.kill(process.pid, "SIGSTOP");
        }
        return { outcome: "applied", because: "It was asked for" };
      },
    ],
  ]),
});
startLanes(work);

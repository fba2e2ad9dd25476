import type { App } from "../src/app.ts";
import { takeCompletion } from "../src/pull-requests/intake/take-completion.ts";
import type { SignalHandler } from "../src/signals/signal-work.ts";

/** What each signal sets in motion, all of it in one transaction. */
export function signalHandler({ projects, installations, pullRequestStore, now }: App): SignalHandler {
  return async (signal, { receivedAt, transaction }) => {
    const tell = await projects.recordSignal(signal, transaction);
    if (signal.type === "orb.implementation.completed") {
      const repository = await installations.currentName(signal.data.repository, transaction);
      const store = pullRequestStore;
      await takeCompletion(signal, { store, repository, now: now(), receivedAt, transaction });
    }
    return tell;
  };
}

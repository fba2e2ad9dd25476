import type { Job } from "../../src/agenda/clock.ts";
import type { App } from "../../src/app.ts";

const EVERY_MS = 10 * 60_000;

/**
 * Sees to it that every open pull request is compared with GitHub within the hour: each sets its own next look, and
 * one that was left without is found here.
 */
export function reconcile({ pullRequestStore, telemetry, now }: App): Job {
  return {
    name: "reconcile",
    everyMs: EVERY_MS,
    run: async () => {
      telemetry.pullRequests.forgottenWoken(await pullRequestStore.wakeForgotten({ now: now() }));
      return {};
    },
  };
}

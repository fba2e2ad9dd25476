import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { mergedNumber } from "../../src/pull-requests/rules/merged-number.ts";
import {
  branchOf,
  handlerOf,
  ignored,
  isPerson,
  nudged,
  refName,
  repository,
  sender,
  sha,
} from "./payload.ts";

/** The file whose change may end a wait, and the repository that has it for a whole account. */
const SETTINGS_PATH = ".github/orb.yml";
const DEFAULTS_REPOSITORY = ".github";
/** Of more commits a push names no files. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const COMMITS_MAX = 2_048;

/** What the settings made wait. */
const WAITING = ["on_hold", "open_limit_reached", "bot_disabled", "base_not_allowed", "branch_not_allowed"];
/** What was missing on a branch that is pushed to. */
const NOT_PUSHED = ["branch_missing", "head_not_pushed", "no_changes", "no_commits", "head_invalid"];

const paths = z.array(z.string()).default([]);
const payload = z.object({
  ref: refName,
  after: sha,
  deleted: z.boolean(),
  commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
  head_commit: z.object({ message: z.string() }).nullish(),
  repository,
  sender: sender.nullish(),
});

/**
 * A branch moved, came or went. As the head of a pull request it may be described anew; as a base it may bring or settle
 * a conflict, so the push is remembered as its possible cause. Where it changes the settings, what waits for them is
 * looked at at once.
 */
export function push({ pullRequestStore, motionStore, now }: App): DeliveryHandler {
  return handlerOf(payload, async (push, { transaction }) => {
    const branch = branchOf(push.ref);
    if (branch === null) return ignored("It is not a branch that was pushed");
    const repository = push.repository.full_name;
    const when = { now: now(), transaction };
    const message = push.head_commit?.message ?? "";
    const baseMoved = { sha: push.after, pullRequest: mergedNumber(message), at: when.now };
    const by = push.sender;
    if (by) {
      await motionStore.pushed({ repository, branch }, { by: by.login, isPerson: isPerson(by) }, when);
    }
    const heads = await pullRequestStore.nudge({ repository, branch }, when);
    const bases = await pullRequestStore.nudge(
      { repository, base: branch },
      push.deleted ? when : { ...when, baseMoved },
    );
    const here = { repositories: [repository] };
    const missing = push.deleted ? 0 : await motionStore.wake({ ...here, branch }, NOT_PUSHED, when);
    const [account = "", name] = repository.split("/");
    const reach = name?.toLowerCase() === DEFAULTS_REPOSITORY ? { account } : here;
    const waiting = touchesSettings(push) ? await motionStore.wake(reach, WAITING, when) : 0;
    return nudged(heads + bases + missing + waiting, `${branch} of ${repository} was pushed to`);
  });
}

function touchesSettings({ commits }: z.infer<typeof payload>): boolean {
  if (commits.length >= COMMITS_MAX) return true;
  return commits.some(({ added, modified, removed }) =>
    [added, modified, removed].some((paths) => paths.includes(SETTINGS_PATH)),
  );
}

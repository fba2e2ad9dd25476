import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { Ending } from "../../src/pull-requests/intake/wake-store.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { mergedNumber } from "../../src/pull-requests/intake/rules/merged-number.ts";
import {
  DEFAULTS_REPOSITORY,
  isSpellingOf,
  SETTINGS_PATH,
} from "../../src/repository-settings/settings-file.ts";
import { ownerSettingsChanged } from "./pushed-settings.ts";
import {
  branchName,
  branchOf,
  type Context,
  handlerOf,
  ignored,
  isPerson,
  nudged,
  ref,
  repository as named,
  sender,
  sha,
} from "./payload.ts";

/** A push with more commits names no files. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const COMMITS_MAX = 2_048;

const paths = z.array(z.string()).default([]);
const payload = z
  .object({
    ref,
    after: sha,
    deleted: z.boolean(),
    commits: z.array(z.object({ added: paths, modified: paths, removed: paths })).default([]),
    head_commit: z.object({ message: z.string() }).nullish().catch(null),
    repository: named.extend({ default_branch: branchName.nullish().catch(null) }),
    sender,
  })
  // Once for each push, because there may be thousands of paths.
  .transform(({ commits, ...push }) => ({ ...push, touchesSettings: touchSettings(commits) }));
type Push = z.infer<typeof payload>;

/**
 * A branch was pushed, created or deleted. If it is the head of a pull request, the description may need an update. If it is a
 * base, the push is stored as the possible cause or end of a conflict. If it changes the settings, pull requests that wait for
 * them get a look at once.
 */
export function push(parts: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async (push, context) => {
    const branch = branchOf(push.ref);
    if (branch === null) return ignored("It is not a branch that was pushed");
    const { repository, after: sha } = push;
    const about = `${branch} of ${repository.full_name} was pushed to`;
    const moved = context.reached ? 0 : await branchMoved(push, branch, { parts, context });
    const account = ownerOfSettings(push, branch);
    if (account === null) return nudged(moved, about);
    const changed = { account, repository, sha };
    const { count, reached } = await ownerSettingsChanged(changed, { parts, context });
    return { ...nudged(moved + count, about), reached };
  });
}

/** @returns how many pull requests of the repository get a look */
async function branchMoved(
  push: Push,
  branch: string,
  { parts, context }: { parts: PullRequestParts; context: Context },
): Promise<number> {
  const { pullRequestStore, wakeStore, now } = parts;
  const repository = push.repository.full_name;
  const when = { now: now(), transaction: context.transaction };
  const message = push.head_commit?.message ?? "";
  const baseMoved = { sha: push.after, pullRequest: mergedNumber(message), at: when.now };
  const by = push.sender;
  if (by) {
    await wakeStore.pushed({ repository, branch }, { by: by.login, isPerson: isPerson(by) }, when);
  }
  const heads = await pullRequestStore.nudge({ repository, branch }, when);
  const withoutHead = push.deleted
    ? await pullRequestStore.nudge({ repository, branch, ended: "with_head" }, when)
    : 0;
  const bases = await pullRequestStore.nudge(
    { repository, base: branch },
    push.deleted ? when : { ...when, baseMoved },
  );
  const woken = await wakeStore.wakeAll(endingsOf(push, branch), when);
  // The settings of the default branch apply to other bases too.
  const others =
    push.touchesSettings && isDefault(push, branch)
      ? await pullRequestStore.nudge({ repository, notBase: branch }, when)
      : 0;
  return heads + withoutHead + bases + woken + others;
}

function endingsOf(push: Push, branch: string): Ending[] {
  const here = { repositories: [push.repository.full_name] };
  const pushed: Ending[] = [
    { where: { ...here, branch }, happened: "branch_pushed" },
    { where: { ...here, base: branch }, happened: "base_pushed" },
  ];
  const settings: Ending = { where: here, happened: "settings_pushed" };
  return [...(push.deleted ? [] : pushed), ...(push.touchesSettings ? [settings] : [])];
}

/** The account whose settings for all its repositories a push may have changed; `null` if there is none. */
function ownerOfSettings(push: Push, branch: string): string | null {
  const [account = "", name] = push.repository.full_name.split("/");
  const isRead = isDefault(push, branch) && name?.toLowerCase() === DEFAULTS_REPOSITORY;
  return isRead && push.touchesSettings ? account : null;
}

function isDefault({ repository }: Push, branch: string): boolean {
  return (repository.default_branch ?? branch) === branch;
}

function touchSettings(commits: readonly Readonly<Record<string, readonly string[]>>[]): boolean {
  if (commits.length >= COMMITS_MAX) return true;
  // Other spellings are not read, but reported.
  const isSettings = (path: string) => isSpellingOf(SETTINGS_PATH, path);
  return commits.some((commit) => Object.values(commit).flat().some(isSettings));
}

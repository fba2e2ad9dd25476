import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { Reached } from "../../src/deliveries/delivery.ts";
import { type Context, namedIn } from "./payload.ts";

/** A push that changed an owner's settings for all repositories. */
export interface OwnerSettingsPush {
  /** The owner's login. */
  readonly account: string;
  /** The repository that has the file. */
  readonly repository: Parameters<typeof namedIn>[0];
  readonly sha: string;
}

/**
 * Makes the cached file invalid in every process, and makes looks at the pull requests of all the owner's repositories due,
 * spread out: waiting ones may continue, and open ones may have to change.
 *
 * @returns how many get a look, and how far this came
 */
export async function ownerSettingsChanged(
  { account, repository, sha }: OwnerSettingsPush,
  { parts, context }: { parts: PullRequestParts; context: Context },
): Promise<{ readonly count: number; readonly reached: Reached | null }> {
  const { installations, wakeStore, sweepStore, now } = parts;
  const { delivery, transaction, reached } = context;
  if (!reached) {
    const news = { ...namedIn(repository), settingsSha: sha };
    await installations.recordRepositories([news], { toldAt: delivery.receivedAt, transaction });
  }
  return sweepStore.next({ account }, context, async ({ ids, spread }) => {
    const when = { now: now(), transaction, spread };
    const woken = await wakeStore.wake({ ids }, "settings_pushed", when);
    // Records that wait to be opened are in both.
    return Math.max(woken, await wakeStore.lookAgain(ids, when));
  });
}

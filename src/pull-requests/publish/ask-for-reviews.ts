import type { OrbError } from "../../errors.ts";
import type { AccountIds } from "../../github/facts/account-ids.ts";
import type { Reviewer } from "../../github/deeds/decoration.ts";
import type { Repository } from "../../github/repository.ts";
import type { Decoration } from "../plan/rules/decide-publish.ts";
import type { RunProgress } from "../steps/progress.ts";

interface Named {
  readonly name: string;
  /** GitHub's node id. */
  readonly id: string;
}

export interface FoundReviewers {
  readonly people: readonly Named[];
  readonly teams: readonly Named[];
}

interface Context {
  readonly repository: Repository;
  readonly progress: RunProgress;
}

/**
 * The reviewers that GitHub has under their names. The others are reported as not asked.
 *
 * @returns `null` if nobody could be looked up, which is a shortcoming
 */
export async function findReviewers(
  { people, teams }: Pick<Decoration, "people" | "teams">,
  { repository, progress }: Context,
): Promise<FoundReviewers | null> {
  if (people.length + teams.length === 0) return { people: [], teams: [] };
  const ids = await lookUp({ people, teams }, { repository, progress });
  if (!ids) return null;
  const found = (names: readonly string[], known: ReadonlyMap<string, string | null>): Named[] =>
    names.flatMap((name) => {
      const id = known.get(name) ?? null;
      if (id === null) progress.addShortcoming(nobody(name));
      return id === null ? [] : { name, id };
    });
  return { people: found(people, ids.people), teams: found(teams, ids.teams) };
}

async function lookUp(
  names: Pick<Decoration, "people" | "teams">,
  { repository, progress }: Context,
): Promise<AccountIds | null> {
  try {
    return await repository.accountIds(names);
  } catch (error) {
    await progress.recordShortcoming("review", error);
    return null;
  }
}

function nobody(name: string) {
  return {
    code: "reviewer_unknown",
    reason: `GitHub shows the App nobody named ${name}, so no review was requested.`,
    remedy:
      "Check the spelling. A team must belong to the organization, and the App needs “Members: read” to see it.",
  };
}

/** GitHub asks all or nobody, and does not say who can't be asked. */
export async function askOneByOne(
  { people, teams }: FoundReviewers,
  refusal: OrbError,
  { repository, progress }: Context,
): Promise<void> {
  if (people.length + teams.length === 1) return progress.recordShortcoming("review", refusal);
  const { number } = progress.pullRequest;
  const ask = async (name: string, key: string, wanted: Reviewer): Promise<boolean> => {
    try {
      await repository.requestReviewer(number, wanted);
    } catch (error) {
      const refusal = progress.refusalOrThrow(error).toRefusal();
      progress.addShortcoming({ ...refusal, reason: `${name} was not asked to review. ${refusal.reason}` });
      return false;
    }
    // Stored at once: a rate limit may end the run before the next, and nobody may be asked twice.
    await progress.remember({ reviewersAsked: withAsked(progress, [key]) });
    return true;
  };
  const reached: string[] = [];
  for (const { name } of people) if (await ask(name, name, { person: name })) reached.push(name);
  for (const { name } of teams) if (await ask(name, `@${name}`, { team: name })) reached.push(`@${name}`);
  await progress.finish("review", { status: "done", detail: reached.join(", ") });
}

/** Stores who was asked, so that a reviewer who withdraws is not asked again. */
export async function askedForReview(
  { people, teams }: FoundReviewers,
  progress: RunProgress,
): Promise<void> {
  const names = [...people.map(({ name }) => name), ...teams.map(({ name }) => `@${name}`)];
  const known = { reviewersAsked: withAsked(progress, names) };
  await progress.finish("review", { status: "done", detail: names.join(", ") }, known);
}

function withAsked({ pullRequest }: RunProgress, names: readonly string[]): string[] {
  return [...new Set([...pullRequest.reviewersAsked, ...names.map((name) => name.toLowerCase())])];
}

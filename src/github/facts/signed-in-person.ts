import { OrbError } from "../../errors.ts";
import type { Group, GroupMembership } from "../rules/membership.ts";
import { isGitHubFailure } from "../wire/failure.ts";
import type { Octokit } from "../wire/octokit.ts";
import { PASSING_FAILURES } from "../wire/rules/failure-codes.ts";

export interface Person {
  /** Stays the same if the login changes. */
  readonly id: number;
  readonly login: string;
}

/** @throws Octokit's errors. https://docs.github.com/en/rest/users/users#get-the-authenticated-user */
export async function readPerson(octokit: Octokit): Promise<Person> {
  const { data } = await octokit.request("GET /user");
  if (typeof data?.id !== "number" || typeof data.login !== "string") {
    throw new Error("GitHub's answer does not say who signed in");
  }
  return { id: data.id, login: data.login };
}

/**
 * Needs `members: read` of an installation on the organization, also with a person's own token: an App sees of an organization only
 * what its owner allows.
 *
 * https://docs.github.com/en/rest/orgs/members#get-an-organization-membership-for-the-authenticated-user
 * https://docs.github.com/en/rest/teams/members#get-team-membership-for-a-user
 *
 * @param ask sends the question; it throws OrbError with a code of `classifyFailure`
 * @throws OrbError if GitHub gave no answer, so that a later one may be another
 */
export async function readMembership(
  ask: <T>(question: (octokit: Octokit) => Promise<T>) => Promise<T>,
  { organization: org, team }: Group,
  { login: username }: Person,
): Promise<GroupMembership> {
  try {
    return await ask(async (octokit) => {
      const { data } =
        team === null
          ? await octokit.request("GET /user/memberships/orgs/{org}", { org })
          : await octokit.request("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
              org,
              team_slug: team,
              username,
            });
      return data.state === "active" ? "active" : "pending";
    });
  } catch (error) {
    if (isGitHubFailure(error, "not_found")) return "none";
    if (isRefusal(error)) return { unknown: error.toRefusal() };
    throw error;
  }
}

/** Whether GitHub said no, and would say the same a moment later. */
export function isRefusal(error: unknown): error is OrbError {
  return error instanceof OrbError && !isGitHubFailure(error, "rate_limited", ...PASSING_FAILURES);
}

import type { Refusal } from "../../errors.ts";
import type { Group, GroupMembership } from "../../github/rules/membership.ts";
import type { SignInRule } from "../../sign-in-rules.ts";
import { isSameName } from "../../text/github-names.ts";
import type { Scope } from "../../tokens/scope.ts";

/** What GitHub says about somebody and a group that a rule names. */
export interface KnownMembership {
  readonly group: Group;
  readonly membership: GroupMembership;
}

/** The scopes that somebody has by their login alone. */
function ownScopes(login: string, rules: readonly SignInRule[]): Scope[] {
  return rules.flatMap(({ who, scopes }) =>
    who.kind === "login" && isSameName(who.login, login) ? scopes : [],
  );
}

/** The groups about which GitHub must be asked: none if the login alone allows everything. */
export function groupsToAsk(login: string, rules: readonly SignInRule[]): Group[] {
  if (ownScopes(login, rules).includes("admin")) return [];
  const groups = rules.flatMap(({ who }) => (who.kind === "group" ? [who] : []));
  return groups.filter((group, index) => groups.findIndex((other) => isSameGroup(group, other)) === index);
}

/**
 * Decides who may come in, and what they may do: all that any rule gives them. What GitHub did not say gives nothing.
 *
 * @param known the answers about `groupsToAsk`
 * @returns each scope once; or a refusal that says why nobody let them in, and names no rule
 */
export function judgeSignIn(
  login: string,
  { rules, known }: { readonly rules: readonly SignInRule[]; readonly known: readonly KnownMembership[] },
): { readonly scopes: readonly Scope[] } | { readonly refusal: Refusal } {
  const isIn = (who: SignInRule["who"]) =>
    who.kind === "group" &&
    known.some(({ group, membership }) => isSameGroup(group, who) && membership === "active");
  const byGroup = rules.flatMap(({ who, scopes }) => (isIn(who) ? scopes : []));
  const scopes = new Set([...ownScopes(login, rules), ...byGroup]);
  return scopes.size > 0 ? { scopes: [...scopes] } : { refusal: refusalFor(login, known) };
}

function refusalFor(login: string, known: readonly KnownMembership[]): Refusal {
  const code = "sign_in_refused";
  const pending = known.find(({ membership }) => membership === "pending");
  if (pending) {
    return {
      code,
      reason: `${login} was invited to ${nameOf(pending.group)} on GitHub and has not accepted yet.`,
      remedy: "Accept the invitation on GitHub, and sign in again.",
    };
  }
  for (const { group, membership } of known) {
    if (typeof membership === "string") continue;
    return {
      code,
      reason: `GitHub does not say whether ${login} is in ${nameOf(group)}. ${membership.unknown.reason}`,
      remedy: `${membership.unknown.remedy} The App must be installed on ${group.organization} with the permission members: read.`,
    };
  }
  return {
    code,
    reason: `${login} is not among those who may sign in.`,
    remedy: "Ask the operator of this bot to add you to SIGN_IN_ALLOWED.",
  };
}

function isSameGroup(one: Group, other: Group): boolean {
  return isSameName(nameOf(one), nameOf(other));
}

function nameOf({ organization, team }: Group): string {
  return team === null ? organization : `${organization}/${team}`;
}

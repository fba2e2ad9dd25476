import { isLogin, isTeamSlug } from "./text/github-names.ts";
import { SCOPES, type Scope } from "./tokens/scope.ts";

/** GitHub is asked about each group when somebody signs in. */
const RULES_MAX = 50;

/** Who may sign in with GitHub, and what they may do then. */
export interface SignInRule {
  readonly who:
    | { readonly kind: "login"; readonly login: string }
    /** The members of an organization, or those of a team of it. */
    | { readonly kind: "group"; readonly organization: string; readonly team: string | null };
  readonly scopes: readonly Scope[];
}

/**
 * Reads a list such as `octocat=admin,org:acme=read,team:acme/ops=read+write`.
 *
 * @returns what is wrong, in words that follow the name of a setting, if it is not valid
 */
export function readSignInRules(text: string): readonly SignInRule[] | string {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length > RULES_MAX) return `must have at most ${RULES_MAX} entries`;
  const rules: SignInRule[] = [];
  for (const part of parts) {
    const [, named = "", scopeNames = ""] = /^([^=]+)=([^=]+)$/.exec(part) ?? [];
    const who = readWho(named.trim());
    const scopes = scopeNames.split("+").map((name) => SCOPES.find((scope) => scope === name.trim()));
    if (who === null || !scopes.every((scope) => scope !== undefined)) {
      return `must have entries like octocat=admin, org:acme=read or team:acme/ops=read+write, with the scopes ${SCOPES.join(", ")}, but has ${JSON.stringify(part)}`;
    }
    rules.push({ who, scopes });
  }
  return rules;
}

function readWho(named: string): SignInRule["who"] | null {
  const [, kind, name = ""] = /^(org|team):(.*)$/.exec(named) ?? [];
  if (kind === undefined) return isLogin(named) ? { kind: "login", login: named } : null;
  if (kind === "org") return isLogin(name) ? { kind: "group", organization: name, team: null } : null;
  const [organization = "", team = "", more] = name.split("/");
  const isTeam = isLogin(organization) && isTeamSlug(team) && more === undefined;
  return isTeam ? { kind: "group", organization, team } : null;
}

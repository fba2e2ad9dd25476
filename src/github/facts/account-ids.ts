import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import { isGitHubFailure } from "../wire/failure.ts";
import { askGraphql } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** Names in one request. A pull request needs far fewer: GitHub asks at most 15 reviewers. */
const NAMES_PER_REQUEST_MAX = 100;

/** Logins, and slugs of the owner's teams. */
export interface AccountNames {
  readonly people: readonly string[];
  readonly teams: readonly string[];
}

/** Node ids by requested name; `null` if the account does not exist or the App can't see it. */
export interface AccountIds {
  readonly people: ReadonlyMap<string, string | null>;
  readonly teams: ReadonlyMap<string, string | null>;
}

/**
 * Sends one request for the names that are not cached, at most a hundred; the names beyond get `null`.
 * An id is cached for hours, a missing account for minutes.
 */
export async function readAccountIds(access: RepositoryAccess, names: AccountNames): Promise<AccountIds> {
  const { accounts, owner } = access;
  const keys = { people: (login: string) => login, teams: (slug: string) => `${owner}/${slug}` };
  const isUnknown = (key: string) => {
    const id = accounts.get(key);
    return id === undefined || (id === null && access.fresh);
  };
  const unknown = {
    people: names.people.filter((login) => isUnknown(keys.people(login))),
    teams: names.teams.filter((slug) => isUnknown(keys.teams(slug))),
  };
  if (unknown.people.length + unknown.teams.length > 0) {
    const found = await ask(access, unknown);
    for (const [login, id] of found.people) accounts.set(keys.people(login), id);
    for (const [slug, id] of found.teams) accounts.set(keys.teams(slug), id);
  }
  const idsOf = (kind: keyof AccountNames) =>
    new Map(names[kind].map((name) => [name, accounts.get(keys[kind](name)) ?? null]));
  return { people: idsOf("people"), teams: idsOf("teams") };
}

type Named = { readonly id: string } | null;
type Answer = Readonly<Record<`person${number}`, Named>> & {
  readonly organization?: Readonly<Record<`team${number}`, Named>> | null;
};

async function ask(access: RepositoryAccess, { people, teams }: AccountNames): Promise<AccountIds> {
  const askedPeople = people.slice(0, NAMES_PER_REQUEST_MAX);
  const askedTeams = teams.slice(0, NAMES_PER_REQUEST_MAX - askedPeople.length);
  const logins = askedPeople.map((login, index) => [`person${index}`, login] as const);
  const slugs = askedTeams.map((slug, index) => [`team${index}`, slug] as const);
  const document = documentFor(
    logins.map(([alias]) => alias),
    slugs.map(([alias]) => alias),
  );
  const { data, refusals } = await askGraphql<Answer>(access, document, {
    owner: access.owner,
    ...Object.fromEntries([...logins, ...slugs]),
  });
  for (const { refusal } of refusals) {
    // Any other refusal is about one account, and the others can be asked.
    if (isGitHubFailure(refusal, "github_unavailable")) throw refusal;
  }
  return {
    people: new Map(askedPeople.map((login, index) => [login, data[`person${index}`]?.id ?? null])),
    teams: new Map(askedTeams.map((slug, index) => [slug, data.organization?.[`team${index}`]?.id ?? null])),
  };
}

function documentFor(people: readonly string[], teams: readonly string[]): GraphqlDocument {
  const variables = [...(teams.length > 0 ? ["owner"] : []), ...people, ...teams];
  const users = people.map((alias) => `${alias}: user(login: $${alias}) { id }`);
  const slugs = teams.map((alias) => `${alias}: team(slug: $${alias}) { id }`);
  return graphqlDocument(
    "query AccountIds",
    `(${variables.map((name) => `$${name}: String!`).join(", ")}) {
  ${users.join("\n  ")}
  ${teams.length > 0 ? `organization(login: $owner) {\n    ${slugs.join("\n    ")}\n  }` : ""}
}`,
  );
}

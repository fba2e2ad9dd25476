import type { Refusal } from "../../../errors.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import { clip } from "../../../text/clip.ts";
import { isBotLogin, isLogin, isSameName, isTeamSlug, uniqueByName } from "../../../text/github-names.ts";
import type { CodeOwners } from "./code-owners.ts";

// GitHub refuses more; its documentation does not say so, https://docs.mergify.com/workflow/actions/request_reviews does.
const REVIEWERS_MAX = 15;
const NAMES_SHOWN = 20;
const NAME_CHARACTERS_SHOWN = 60;

export interface ReviewerFacts {
  /** Logins that the signal of completion names. */
  readonly signal: readonly string[];
  readonly settings: RepositorySettings["reviewers"];
  /** `null` if the repository has no CODEOWNERS. */
  readonly codeOwners: CodeOwners | null;
  /** The author of the pull request, such as `orb-bot[bot]`. */
  readonly author: string;
  /** The owner of the repository. */
  readonly owner: string;
  readonly draft: boolean;
}

export interface Reviewers {
  /** Logins. */
  readonly people: readonly string[];
  /** Slugs of teams of the repository's owner. */
  readonly teams: readonly string[];
  /** Those who are not asked, and why. */
  readonly refused: readonly Refusal[];
}

interface Candidate {
  readonly name: string;
  readonly kind: "person" | "team" | "bot" | "nameless";
}

/**
 * The people and teams to ask for a review: those of the settings, then those of the signal, then code owners by the number of
 * their files; each once, and never the author, because GitHub refuses that. The settings come first, so that a signal with many
 * names can't take the places of those whom the owner wants. Code owners come last and are not asked on a draft: GitHub asks
 * them itself when it becomes ready,
 * https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/changing-the-stage-of-a-pull-request.
 * If the settings allow nobody, nobody is asked and nothing is refused.
 */
export function chooseReviewers(facts: ReviewerFacts): Reviewers {
  const { settings, author, owner } = facts;
  if (settings.max === 0) return { people: [], teams: [], refused: [] };
  const candidates = uniqueByName(candidatesOf(facts), ({ name }) => name);
  const refusals: Record<Verdict, Candidate[]> = { author: [], foreign: [], bot: [], nameless: [], fine: [] };
  for (const candidate of candidates) refusals[judge(candidate, { author, owner })].push(candidate);
  const limit = Math.min(settings.max, REVIEWERS_MAX);
  const asked = refusals.fine.slice(0, limit);
  const names = (kind: Candidate["kind"]) =>
    asked.flatMap((one) => (one.kind === kind ? [one.name.split("/").at(-1) ?? ""] : []));
  return {
    people: names("person"),
    teams: names("team"),
    refused: [
      ...refuse(refusals.author, (who) => ({
        code: "reviewer_is_author",
        reason: `${who} opened the pull request, and authors can't review their own.`,
        remedy: "Choose another reviewer.",
      })),
      ...refuse(refusals.foreign, (who) => ({
        code: "team_of_another_owner",
        reason: `Only teams of ${owner} can be asked here, so these were not asked: ${who}.`,
        remedy: `Choose a team of ${owner}, or people.`,
      })),
      ...refuse(refusals.bot, (who) => ({
        code: "reviewer_is_bot",
        reason: `Only people and teams are asked for reviews, so these Apps were not asked: ${who}.`,
        remedy: "Choose people or teams, or ask the App on the pull request.",
      })),
      ...refuse(refusals.nameless, (who) => ({
        code: "reviewer_has_no_login",
        reason: `GitHub needs user names, so these reviewers were not asked: ${who}.`,
        remedy: "Use @login in CODEOWNERS or .github/orb.yml.",
      })),
      ...(isConsulted(facts) && facts.codeOwners?.incomplete ? [NOT_ALL_OWNERS] : []),
      ...refuse(refusals.fine.slice(limit), (who) => ({
        code: "too_many_reviewers",
        reason: `At most ${limit} reviewers are asked, so these were not asked: ${who}.`,
        remedy: "Ask them on the pull request, or choose fewer reviewers.",
      })),
    ],
  };
}

const NOT_ALL_OWNERS: Refusal = {
  code: "code_owners_incomplete",
  reason:
    "CODEOWNERS has more lines than the bot compares with the files, so some owners may not have been asked.",
  remedy: "Shorten CODEOWNERS, or begin its patterns with a folder.",
};

/** On a draft GitHub asks the code owners itself when it becomes ready. */
function isConsulted({ settings, draft }: Pick<ReviewerFacts, "settings" | "draft">): boolean {
  return settings.codeOwners && !draft;
}

function candidatesOf({ signal, settings, codeOwners, draft, owner }: ReviewerFacts): Candidate[] {
  const team = (name: string): Candidate => ({
    name: name.includes("/") ? withoutAt(name) : `${owner}/${withoutAt(name)}`,
    kind: "team",
  });
  const person = (name: string): Candidate => ({
    name: withoutAt(name),
    kind: isLogin(withoutAt(name)) ? "person" : isBotLogin(withoutAt(name)) ? "bot" : "nameless",
  });
  const owners = isConsulted({ settings, draft }) ? codeOwners : null;
  const byFiles = [
    ...(owners?.people ?? []).map(({ name, files }) => ({ files, candidate: person(name) })),
    ...(owners?.teams ?? []).map(({ name, files }) => ({ files, candidate: team(name) })),
    ...(owners?.emails ?? []).map(({ name, files }) => ({ files, candidate: person(name) })),
  ].sort((a, b) => b.files - a.files);
  return [
    ...settings.people.map(person),
    ...settings.teams.map(team),
    ...signal.map(person),
    ...byFiles.map(({ candidate }) => candidate),
  ];
}

type Verdict = "author" | "foreign" | "bot" | "nameless" | "fine";

function judge(
  { name, kind }: Candidate,
  { author, owner }: Pick<ReviewerFacts, "author" | "owner">,
): Verdict {
  if (kind === "nameless") return "nameless";
  if (isSameName(name, author)) return "author";
  if (kind !== "team") return kind === "bot" ? "bot" : "fine";
  const [organisation = "", slug = "", ...others] = name.split("/");
  if (!isSameName(organisation, owner)) return "foreign";
  return isTeamSlug(slug) && others.length === 0 ? "fine" : "nameless";
}

function refuse(candidates: readonly Candidate[], refusal: (who: string) => Refusal): Refusal[] {
  if (candidates.length === 0) return [];
  const shown = candidates.slice(0, NAMES_SHOWN).map(({ name }) => clip(name || '""', NAME_CHARACTERS_SHOWN));
  const more = candidates.length - shown.length;
  return [refusal(shown.join(", ") + (more > 0 ? ` and ${more} more` : ""))];
}

function withoutAt(name: string): string {
  return name.replace(/^@/, "");
}

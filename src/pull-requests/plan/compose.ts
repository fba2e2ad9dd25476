import type { Refusal } from "../../errors.ts";
import type { GitHub } from "../../github/github.ts";
import type { Repository } from "../../github/repository.ts";
import { totalsOf } from "../../github/facts/rules/change-totals.ts";
import type { InForce } from "../../repository-settings/in-force.ts";
import type { MarkdownPolicy } from "../../text/markdown/policy.ts";
import { ownerOf } from "../../text/github-names.ts";
import type { SafeValue } from "../../text/safe.ts";
import type { Templates } from "../../text/templates/templates.ts";
import type { Apart } from "../../work/apart/apart.ts";
import { describeChange } from "./describe-change.ts";
import type { Gathered } from "./gather-facts.ts";
import type { Workarounds } from "./workarounds.ts";
import { type ChangeOnGitHub, readChange } from "./read-change.ts";
import type { Marker } from "../record/marker.ts";
import { askFiles } from "../../changes/ask-files.ts";
import { askAnalysis } from "../../changes/ask-analysis.ts";
import type { ChangeAnalysis } from "../../changes/rules/change-analysis.ts";
import type { FilesSaid } from "../../changes/rules/files-said.ts";
import { MERGE_CONFLICT } from "../../changes/rules/label-catalogue.ts";
import { checkNotes } from "./rules/check-notes.ts";
import { askCodeOwners, type OwnersSaid } from "./ask-code-owners.ts";
import { BODY_CHARACTERS_MAX } from "../../descriptions/rules/compose-body.ts";
import type { PublishFacts } from "./rules/decide-publish.ts";
import { describeTitle } from "../../descriptions/rules/describe/describe-title.ts";
import { siblingAddress } from "../../descriptions/rules/describe/describe-siblings.ts";
import type { DescriptionFacts } from "../../descriptions/rules/description-facts.ts";
import { skippedChecks } from "../../descriptions/rules/findings/skipped-checks.ts";
import { chooseReviewers, type Reviewers } from "./rules/reviewers.ts";
import { refusedDraft, wantsDraft } from "./rules/wants-draft.ts";
import { askOptional } from "../steps/ask-optional.ts";
import type { PublishRequest } from "./publish-request.ts";

export interface ComposeDeps {
  readonly github: GitHub;
  readonly marker: Marker;
  readonly templates: Templates;
  readonly apart: Apart;
}

interface Context {
  readonly repository: Repository;
  readonly workarounds: Workarounds;
  readonly deps: ComposeDeps;
}

/** Finds out what the change is and writes its description. It only reads from GitHub. */
export async function compose(
  request: PublishRequest,
  gathered: Gathered,
  { repository, workarounds, deps }: Context,
): Promise<PublishFacts> {
  const { completion, comparison, existing, settings, base, baseFiles, inForce } = gathered;
  const { patient } = workarounds;
  const change = await readChange(gathered, { repository, patient, known: request.known });
  const { said, owners } = await askRepository(gathered, change, deps);
  const analysis = await analyse(gathered, { change, said }, deps);
  const reviewers = choose(gathered, owners, {
    // On a draft, ours or a person's, GitHub itself asks the code owners when it becomes ready.
    draft:
      existing?.draft === true ||
      (wantsDraft({ completion, settings, analysis }) && !workarounds.draftsRefused),
    // If the author is not known, GitHub itself refuses to ask them for a review.
    author: (await askOptional(() => deps.github.botLogin(), { patient })).answer ?? "",
  });
  const notes = refusedDraft({ ...gathered, analysis, draftsRefused: workarounds.draftsRefused });
  const facts = describedFacts(gathered, change, { analysis, host: deps.github.host, notes });
  const render = (name: string, values: Readonly<Record<string, SafeValue>>) =>
    deps.templates.render(name, values);
  const described = await describeChange(facts, {
    ...gathered,
    request,
    repositoryId: gathered.repository.identity.id,
    repository,
    marker: deps.marker,
    templates: deps.templates,
    apart: deps.apart,
    patient,
    charactersMax: BODY_CHARACTERS_MAX * workarounds.bodyScale,
  });
  const found = [
    ...described.problems,
    ...problemsOf(facts),
    ...baseFiles.unread.map(({ refusal }) => refusal),
    ...owners.problems,
  ];
  const told = request.pullRequest?.checkRun?.headSha === change.headSha;
  return {
    completion,
    base,
    comparison,
    existing,
    settings,
    rulesBecause: gathered.rulesBecause,
    analysis,
    reviewers,
    conflicting: isConflicting(request, gathered),
    draftsRefused: workarounds.draftsRefused,
    // A preview shows what is known now, because there is no second turn.
    filesToCome: !request.lookOnly && !existing && comparison.filesTruncated,
    title: describeTitle({ completion, comparison }),
    body: described.body,
    notes: checkNotes(
      { overflow: described.overflow, problems: found, ...settingsNotes(inForce, told), told },
      render,
    ),
    requiredChecks: change.requirements.checks.map(({ context }) => context),
    problems: [...found, ...change.unanswered, ...described.unanswered],
  };
}

function problemsOf(facts: DescriptionFacts): Refusal[] {
  const skipped = skippedChecks(facts);
  return [...facts.analysis.problems, ...(skipped ? [skipped] : [])];
}

/** Problems of settings are reported once, and the report stays until they are fixed. */
function settingsNotes({ problems, report, fileNames }: InForce, told: boolean) {
  return { settingsProblems: told ? problems : (report?.problems ?? []), fileNames };
}

function isConflicting({ known }: PublishRequest, { existing }: Gathered): boolean {
  if (known && known.mergeable !== "unknown") return known.mergeable === "conflicting";
  const isLabel = (name: string) => name.toLowerCase() === MERGE_CONFLICT.name;
  return existing?.labels.some(isLabel) ?? false;
}

/** What the repository's own files say about the change. */
async function askRepository(
  { completion, base, baseFiles, settings }: Gathered,
  { files }: ChangeOnGitHub,
  { apart }: ComposeDeps,
): Promise<{ readonly said: FilesSaid; readonly owners: OwnersSaid }> {
  const { gitAttributes, labeler, codeOwners } = baseFiles;
  const facts = { files, headBranch: completion.branch, baseBranch: base, gitAttributes, labeler, settings };
  const context = { apart, account: ownerOf(completion.repository) };
  const [said, owners] = await Promise.all([
    askFiles(facts, context),
    askCodeOwners(codeOwners, files, context),
  ]);
  return { said, owners };
}

function analyse(
  { completion, comparison, settings }: Gathered,
  { change: { files, total, truncated }, said }: { change: ChangeOnGitHub; said: FilesSaid },
  { apart }: ComposeDeps,
): Promise<ChangeAnalysis> {
  const facts = {
    claimed: completion.type,
    title: completion.title,
    subjects: comparison.commits.map(({ subject }) => subject),
    files,
    filesTruncated: truncated,
    total,
    said,
    settings: { size: settings.size, risk: settings.risk },
  };
  return askAnalysis(facts, { apart, account: ownerOf(completion.repository) });
}

function choose(
  { completion, settings }: Gathered,
  { codeOwners }: OwnersSaid,
  { draft, author }: { draft: boolean; author: string },
): Reviewers {
  return chooseReviewers({
    signal: completion.reviewers ?? [],
    settings: settings.reviewers,
    codeOwners,
    author,
    owner: ownerOf(completion.repository),
    draft,
  });
}

function describedFacts(
  { completion, comparison, base, repository, plan, settings, siblings }: Gathered,
  { files, total, requirements, checks, headSha }: ChangeOnGitHub,
  { analysis, host, notes }: { analysis: ChangeAnalysis; host: string; notes: readonly Refusal[] },
): DescriptionFacts {
  const closes = base === repository.defaultBranch ? (completion.issues ?? []) : [];
  const policy: MarkdownPolicy = {
    closes,
    gitHubHost: host,
    repository: { name: completion.repository, base },
    linkHosts: settings.links.hosts,
    refersTo: siblings.flatMap((sibling) => siblingAddress(sibling, host) ?? []),
  };
  return {
    completion,
    comparison,
    commits: comparison.commits,
    headSha,
    base,
    defaultBranch: repository.defaultBranch,
    analysis,
    totals: { ...(total ?? totalsOf(files)), exact: total !== null },
    plan,
    requirements,
    checks,
    siblings,
    disclosure: settings.disclosure,
    notes,
    policy,
  };
}

import type { ChangedFile, Comparison } from "../../github/comparison.ts";
import type { Completion } from "../../signals/signal.ts";
import type { MarkdownPolicy } from "../../text/policy.ts";
import { ownWords, type SafeMarkdown, type SafeText, type SafeValue } from "../../text/safe.ts";
import { sanitizeCode, sanitizeInline, sanitizeMarkdown, sanitizeText } from "../../text/sanitize.ts";

const TITLE_CHARACTERS_MAX = 240; // GitHub refuses more than 256
const PATH_CHARACTERS_MAX = 200;
const NAME_CHARACTERS_MAX = 80;

/** What a description may hold at full size; a smaller size takes a part of each. */
const FULL = { summaryCharacters: 20_000, lineCharacters: 600, lines: 40, files: 100 };

const SEVERITIES = [
  { severity: "critical", words: "Critical" },
  { severity: "warning", words: "Warning" },
  { severity: "info", words: "For information" },
] as const;

const STATUS_WORDS: Record<ChangedFile["status"], SafeMarkdown> = {
  added: ownWords("added"),
  removed: ownWords("removed"),
  modified: ownWords("modified"),
  renamed: ownWords("renamed"),
  copied: ownWords("copied"),
  changed: ownWords("changed"),
  unchanged: ownWords("unchanged"),
};

/** Stands for a text of nothing but characters that can't be seen. */
const NOTHING_VISIBLE = ownWords("…");

/** What the words of agents may do: close the issues that the completion names, and link to GitHub. */
function policyOf(completion: Completion): MarkdownPolicy {
  return { closes: completion.issues ?? [], gitHubHost: "github.com", linkHosts: [] };
}

export interface DescriptionFacts {
  readonly completion: Completion;
  readonly comparison: Comparison;
  readonly marker: SafeMarkdown;
}

/** The title: the agent's, or else the only commit's subject, or else the branch's name in words. Never empty. */
export function describeTitle({ completion, comparison }: Omit<DescriptionFacts, "marker">): SafeText {
  const [only, ...others] = comparison.commits;
  const words = completion.branch.split("/").at(-1)?.replaceAll(/[-_]+/g, " ").trim() ?? "";
  const fromBranch = words.charAt(0).toUpperCase() + words.slice(1);
  const candidates = [completion.title ?? "", only && others.length === 0 ? only.subject : "", fromBranch];
  // What is left of a text of nothing but invisible characters is no title.
  const titles = candidates.map((text) => sanitizeText(text, TITLE_CHARACTERS_MAX));
  return titles.find((title) => title !== "") ?? sanitizeText("Changes by AI agents", TITLE_CHARACTERS_MAX);
}

/**
 * Everything that the template of the description is given, sanitised.
 *
 * @param scale in (0, 1]: how much of the full size the lists and texts may take
 */
export function describe(
  { completion, comparison, marker }: DescriptionFacts,
  scale: number,
): Record<string, SafeValue> {
  const lineCharacters = Math.round(FULL.lineCharacters * scale);
  const lines = Math.max(1, Math.round(FULL.lines * scale));
  const policy = policyOf(completion);
  const inline = (text: string) => sanitizeInline(text, lineCharacters, policy) || NOTHING_VISIBLE;
  const name = (text: string) => sanitizeInline(text, NAME_CHARACTERS_MAX, policy) || NOTHING_VISIBLE;
  return {
    summary: sanitizeMarkdown(completion.summary, Math.round(FULL.summaryCharacters * scale), policy),
    issues: completion.issues ?? [],
    changes: shorten(completion.changes ?? [], lines, inline),
    files: describeFiles(comparison, Math.max(1, Math.round(FULL.files * scale))),
    recommendations: SEVERITIES.flatMap(({ severity, words }) => {
      const of = (completion.recommendations ?? []).filter((item) => item.severity === severity);
      const items = shorten(of, lines, ({ agent, text }) => ({ agent: name(agent), text: inline(text) }));
      return of.length > 0 ? [{ severity: ownWords(words), ...items }] : [];
    }),
    claims: shorten(completion.claims ?? [], lines, ({ kind, text }) => ({
      kind: ownWords(kind),
      text: inline(text),
    })),
    agents: shorten(completion.agents ?? [], lines, (agent) => ({
      name: name(agent.name),
      model: agent.model === undefined ? null : name(agent.model),
      duration: agent.durationMs === undefined ? null : duration(agent.durationMs),
      costUsd: agent.costUsd === undefined ? null : ownWords(agent.costUsd.toFixed(2)),
    })),
    project: code(completion.project),
    requestedBy: completion.requestedBy === undefined ? null : code(completion.requestedBy),
    marker,
  };
}

function describeFiles({ files, filesTruncated }: Comparison, limit: number): SafeValue {
  const bySize = [...files].sort((a, b) => churn(b) - churn(a));
  return {
    total: files.length,
    truncated: filesTruncated,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    rows: bySize.slice(0, limit).map((file) => ({
      path: sanitizeCode(file.path, PATH_CHARACTERS_MAX),
      from: file.previousPath === null ? null : sanitizeCode(file.previousPath, PATH_CHARACTERS_MAX),
      status: STATUS_WORDS[file.status],
      additions: file.additions,
      deletions: file.deletions,
    })),
    more: Math.max(0, files.length - limit),
  };
}

function churn({ additions, deletions }: ChangedFile): number {
  return additions + deletions;
}

function duration(durationMs: number): SafeValue {
  const seconds = Math.round(durationMs / 1000);
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60 };
}

function code(text: string): SafeMarkdown {
  return sanitizeCode(text, NAME_CHARACTERS_MAX * 2);
}

function shorten<T>(list: readonly T[], limit: number, show: (item: T) => SafeValue) {
  return { items: list.slice(0, limit).map(show), more: Math.max(0, list.length - limit) };
}

// Issues, with what pull requests need to close and mention them.

import type { Issue, Repository } from "../state.ts";
import type { Actor, World } from "../world.ts";
import { checkBody, checkTitle } from "./texts.ts";

export interface NewIssue {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
}

export async function openIssue(
  world: World,
  { account: author }: Actor,
  repository: Repository,
  { title, body = null, labels = [] }: NewIssue,
): Promise<Issue> {
  checkTitle(title);
  checkBody("Issue", body);
  const now = world.now();
  const issue: Issue = {
    ...world.newIdentity("I"),
    number: repository.nextNumber++,
    author,
    createdAt: now,
    updatedAt: now,
    title,
    body,
    state: "open",
    labels: labels.map((name) => name.toLowerCase()),
    assignees: [],
    comments: [],
    closedAt: null,
  };
  repository.issues.set(issue.number, issue);
  await world.raise({ type: "issues", action: "opened", repository, issue, sender: author });
  return issue;
}

export interface IssueEdit {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
}

export async function editIssue(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  issue: Issue,
  { title, body, state }: IssueEdit,
): Promise<void> {
  if (title !== undefined) checkTitle(title);
  checkBody("Issue", body);
  issue.title = title ?? issue.title;
  if (body !== undefined) issue.body = body;
  issue.updatedAt = world.now();
  if (state === undefined || state === issue.state) return;
  issue.state = state;
  issue.closedAt = state === "closed" ? world.now() : null;
  const action = state === "closed" ? "closed" : "reopened";
  await world.raise({ type: "issues", action, repository, issue, sender });
}

/**
 * The issues of this repository that merging closes.
 * https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 */
export function closingIssues(repository: Repository, texts: readonly (string | null)[]): Issue[] {
  const keyword = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;
  const found = new Set<Issue>();
  for (const text of texts) {
    const outsideCode = (text ?? "").replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "");
    for (const [, elsewhere, number] of outsideCode.matchAll(keyword)) {
      const here = `${repository.owner.login}/${repository.name}`.toLowerCase();
      if (elsewhere !== undefined && elsewhere.toLowerCase() !== here) continue;
      const issue = repository.issues.get(Number(number));
      if (issue) found.add(issue);
    }
  }
  return [...found];
}

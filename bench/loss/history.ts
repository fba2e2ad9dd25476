import type { LocalGitHub } from "../../test/local-github/local-github.ts";
import { GitHubError } from "../../test/local-github/github-error.ts";
import type { PullRequest, Repository } from "../../test/local-github/state.ts";
import type { Account } from "../../test/local-github/account.ts";
import { oneOf } from "./random.ts";

/** Where a history takes place. */
export interface Scene {
  readonly github: LocalGitHub;
  readonly repository: Repository;
  readonly reviewer: Account;
  readonly random: () => number;
}

/** Something that a person or CI does to a pull request. @param count differs each time */
export type Act = (pullRequest: PullRequest, scene: Scene, count: number) => Promise<unknown>;

/** CI runs this many suites of checks on a commit; names repeat, as re-runs do. */
const CHECKS = 12;
const CONCLUSIONS = ["success", "success", "success", "failure", "neutral", "cancelled"] as const;
const STATES = ["pending", "success", "success", "failure"] as const;

const comment: Act = ({ number }, { github, repository, reviewer }, count) =>
  github.comment(repository, number, `What does line ${count} do?`, { by: reviewer });

const review: Act = ({ number }, { github, repository, reviewer, random }, count) => {
  const event = oneOf(["COMMENT", "APPROVE", "REQUEST_CHANGES"] as const, random);
  return github.review(repository, number, { event, body: `Looked at it (${count}).`, by: reviewer });
};

const label: Act = ({ number, labels }, { github, repository }, count) => {
  const mine = labels.find((name) => name.startsWith("people: "));
  return mine === undefined
    ? github.addLabels(repository, number, [`people: ${count % CHECKS}`])
    : github.removeLabel(repository, number, mine);
};

const status: Act = ({ headRef }, { github, repository, random }, count) =>
  github.setStatus(repository, headRef, {
    state: oneOf(STATES, random),
    context: `ci/${count % CHECKS}`,
  });

const startCheck: Act = ({ headRef }, { github, repository }, count) =>
  github.startCheckRun(repository, headRef, { name: `check ${count % CHECKS}` });

const completeCheck: Act = ({ headRef }, { github, repository, random }, count) =>
  github.completeCheckRun(repository, headRef, {
    name: `check ${count % CHECKS}`,
    conclusion: oneOf(CONCLUSIONS, random),
  });

const push: Act = ({ headRef }, { github, repository }, count) =>
  github.pushFiles(repository, {
    branch: headRef,
    files: { [`src/${headRef.replace("/", "-")}-${count}.ts`]: "export {};\n" },
    message: "Repair it",
  });

const draft: Act = ({ number, draft: isDraft }, { github, repository }) =>
  github.setDraft(repository, number, !isDraft);

const closeOrReopen: Act = ({ number, state, mergedAt }, { github, repository }) => {
  if (mergedAt) return Promise.resolve();
  return state === "open"
    ? github.closePullRequest(repository, number)
    : github.reopenPullRequest(repository, number);
};

const merge: Act = async ({ number, draft: isDraft }, { github, repository }) => {
  if (isDraft) await github.setDraft(repository, number, false);
  await github.mergePullRequest(repository, number).catch(unlessItConflicts);
};

const moveBase: Act = (_pullRequest, { github, repository }, count) =>
  github.pushFiles(repository, {
    branch: "main",
    files: { [`docs/${count}.md`]: "# More\n" },
    message: "Say more",
  });

/** Both sides change the same line in different ways. */
const conflict: Act = async ({ headRef }, { github, repository }, count) => {
  for (const branch of [headRef, "main"]) {
    const files = { "README.md": `# Hello from ${branch} (${count})\n` };
    await github.pushFiles(repository, { branch, files, message: "Greet otherwise" });
  }
};

/** By name, for other shares. */
export const ACTS = {
  comment,
  review,
  label,
  status,
  startCheck,
  completeCheck,
  push,
  draft,
  closeOrReopen,
  merge,
  moveBase,
  conflict,
};

/** How often an act happens, in comparison with the others; on open pull requests only, unless said. */
export type Share = readonly [share: number, act: Act, onClosed?: "also closed"];

/**
 * How often each happens in a thousand acts: many checks, statuses and comments, few pushes, very few closes
 * and merges.
 */
const SHARES: readonly Share[] = [
  [230, startCheck],
  [60, completeCheck],
  [130, status],
  [199, comment, "also closed"],
  [150, review],
  [200, label, "also closed"],
  [14, push],
  [8, draft],
  [4, closeOrReopen, "also closed"],
  [2, moveBase],
  [2, conflict],
  [1, merge],
];

/** The acts of people and CI on a number of pull requests, one after the other; the same seed gives the same acts. */
export class History {
  readonly #scene: Scene;
  readonly #shares: readonly Share[];
  #count = 0;

  constructor(scene: Scene, shares = SHARES) {
    this.#scene = scene;
    this.#shares = shares;
  }

  /**
   * Resolves when everything that the act causes has happened. Does nothing if the act makes no sense at that
   * moment.
   */
  async next(): Promise<void> {
    const { repository, random } = this.#scene;
    this.#count += 1;
    const [act, onClosed] = this.#draw();
    const all = [...repository.pullRequests.values()];
    const fitting = onClosed ? all : all.filter(({ state }) => state === "open");
    if (fitting.length > 0) await act(oneOf(fitting, random), this.#scene, this.#count);
  }

  #draw(): readonly [Act, ("also closed" | undefined)?] {
    let rest = this.#scene.random() * this.#shares.reduce((sum, [share]) => sum + share, 0);
    for (const [share, act, onClosed] of this.#shares) {
      rest -= share;
      if (rest < 0) return [act, onClosed];
    }
    return [comment, "also closed"];
  }
}

function unlessItConflicts(error: unknown): void {
  if (!(error instanceof GitHubError) || error.status !== 405) throw error;
}

import type { SafeMarkdown, SafeText } from "../text/safe.ts";
import { type Comparison, toComparison } from "./comparison.ts";
import type { ConditionalCache, Fetched } from "./conditional-cache.ts";
import { isGitHubFailure, toOrbError } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import { type RemotePullRequest, toRemotePullRequest } from "./pull-request.ts";

const FACTS_KNOWN_MS = 5 * 60_000;
const LABELS_KNOWN_MS = 5 * 60_000;
const PAGE_ITEMS = 100;
const LABEL_PAGES_MAX = 10;

export interface RepositoryFacts {
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly private: boolean;
}

export interface LabelLook {
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  readonly description: string;
}

interface Deps {
  readonly owner: string;
  readonly name: string;
  readonly octokit: Octokit;
  readonly cache: ConditionalCache;
  readonly now: () => Date;
}

const ADD_LABELS = `mutation AddLabels($subject: ID!, $labels: [ID!]!) {
  addLabelsToLabelable(input: { labelableId: $subject, labelIds: $labels }) {
    labelable { ... on PullRequest { labels(first: 100) { nodes { name } } } }
  }
}`;

/**
 * One repository, seen and changed through its installation. Nothing is retried here, and every failure is an
 * `OrbError` with a code of `classifyFailure`.
 */
export class Repository {
  readonly #deps: Deps;
  readonly #route: { owner: string; repo: string };

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#route = { owner: deps.owner, repo: deps.name };
  }

  async facts(): Promise<RepositoryFacts> {
    return this.#cached("facts", FACTS_KNOWN_MS, async (headers) => {
      const { data, headers: got } = await this.#deps.octokit.request("GET /repos/{owner}/{repo}", {
        ...this.#route,
        headers,
      });
      const { default_branch: defaultBranch, archived, private: isPrivate } = data;
      return { value: { defaultBranch, archived, private: isPrivate }, etag: got.etag };
    });
  }

  /** @throws OrbError `not_found` where either branch is not there */
  async compare(base: string, head: string): Promise<Comparison> {
    return this.#ask(async (octokit) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
        ...this.#route,
        basehead: `${base}...${head}`,
      });
      return toComparison(data);
    });
  }

  async hasBranch(branch: string): Promise<boolean> {
    try {
      await this.#ask((octokit) =>
        octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
          ...this.#route,
          ref: `heads/${branch}`,
        }),
      );
      return true;
    } catch (error) {
      if (isGitHubFailure(error, "not_found")) return false;
      throw error;
    }
  }

  async pullRequest(number: number): Promise<RemotePullRequest> {
    return this.#ask(async (octokit) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
        ...this.#route,
        pull_number: number,
      });
      return toRemotePullRequest(data);
    });
  }

  /** The latest pull requests from `head` into `base`, closed ones too, the newest first. */
  async pullRequestsFrom({ head, base }: { head: string; base: string }): Promise<RemotePullRequest[]> {
    return this.#ask(async (octokit) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...this.#route,
        head: `${this.#deps.owner}:${head}`,
        base,
        state: "all",
      });
      return data.map(toRemotePullRequest);
    });
  }

  async createPullRequest(wanted: {
    head: string;
    base: string;
    title: SafeText;
    body: SafeMarkdown;
    draft: boolean;
  }): Promise<RemotePullRequest> {
    return this.#ask(async (octokit) => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
        ...this.#route,
        ...wanted,
      });
      return toRemotePullRequest(data);
    });
  }

  async updatePullRequest(
    number: number,
    wanted: { title?: SafeText; body?: SafeMarkdown },
  ): Promise<RemotePullRequest> {
    return this.#ask(async (octokit) => {
      const { data } = await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
        ...this.#route,
        pull_number: number,
        ...wanted,
      });
      return toRemotePullRequest(data);
    });
  }

  /** Node ids of the repository's labels, by name in lower case: GitHub's label names ignore case. */
  async labelIds(): Promise<ReadonlyMap<string, string>> {
    return this.#cached("labels", LABELS_KNOWN_MS, async (headers) => {
      const { octokit } = this.#deps;
      const ids = new Map<string, string>();
      let etag: string | undefined;
      for (let page = 1; page <= LABEL_PAGES_MAX; page++) {
        const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/labels", {
          ...this.#route,
          per_page: PAGE_ITEMS,
          page,
          // The ETag is that of the first page: a label that is missed on a later one is looked for by creating it.
          ...(page === 1 && { headers }),
        });
        for (const label of data) ids.set(label.name.toLowerCase(), label.node_id);
        etag ??= got.etag;
        if (data.length < PAGE_ITEMS) break;
      }
      return { value: ids, etag };
    });
  }

  forgetLabels(): void {
    this.#deps.cache.forget(this.#key("labels"));
  }

  /** @throws OrbError `already_exists` where somebody was faster */
  async createLabel({ name, color, description }: LabelLook): Promise<void> {
    await this.#ask((octokit) =>
      octokit.request("POST /repos/{owner}/{repo}/labels", { ...this.#route, name, color, description }),
    );
    this.forgetLabels();
  }

  /** @returns all labels that the pull request has afterwards */
  async addLabels(pullRequestNodeId: string, labelNodeIds: readonly string[]): Promise<string[]> {
    return this.#ask(async (octokit) => {
      const answer = await octokit.graphql<{
        addLabelsToLabelable: { labelable: { labels: { nodes: { name: string }[] } } };
      }>(ADD_LABELS, { subject: pullRequestNodeId, labels: labelNodeIds });
      return answer.addLabelsToLabelable.labelable.labels.nodes.map(({ name }) => name);
    });
  }

  async #ask<T>(question: (octokit: Octokit) => Promise<T>): Promise<T> {
    try {
      return await question(this.#deps.octokit);
    } catch (error) {
      throw toOrbError(error, this.#deps.now());
    }
  }

  async #cached<T>(
    what: string,
    maxAgeMs: number,
    fetch: (headers: Record<string, string>) => Promise<Fetched<T>>,
  ): Promise<T> {
    return this.#ask(() =>
      this.#deps.cache.get(this.#key(what), maxAgeMs, async (etag) => {
        try {
          return await fetch(etag === undefined ? {} : { "if-none-match": etag });
        } catch (error) {
          if ((error as { status?: number }).status === 304) return "not-modified";
          throw error;
        }
      }),
    );
  }

  #key(what: string): string {
    return `${this.#deps.owner}/${this.#deps.name}/${what}`.toLowerCase();
  }
}

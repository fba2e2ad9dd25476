// A scene for GraphQL: one pull request, and a query function that returns the whole answer.

import type { PullRequest } from "../../state.ts";
import { setScene, type Octokit, type Scene } from "../scene.ts";

export interface Answer {
  // The shape is the query's.
  readonly data: Record<string, Record<string, unknown> | null> | null | undefined;
  readonly errors?: readonly {
    readonly type?: string;
    readonly message: string;
    readonly path?: unknown[];
  }[];
}

export interface GraphQLScene extends Scene {
  readonly pullRequest: PullRequest;
  ask(query: string, variables?: Record<string, unknown>, octokit?: Octokit): Promise<Answer>;
}

/** `agent/1` changes a file and adds one; its pull request is against `main`. */
export async function setGraphQLScene(options: Parameters<typeof setScene>[0] = {}): Promise<GraphQLScene> {
  const scene = await setScene({ mergeableNullReads: 0, ...options });
  const { github, repository } = scene;
  await github.pushFiles(repository, {
    branch: "agent/1",
    files: { "src/widget.ts": "export const widget = 2;\n", "a.txt": "a\n" },
    message: "Make widgets better\n\nMuch better.",
  });
  const pullRequest = await github.openPullRequest(repository, {
    title: "Better widgets",
    head: "agent/1",
    base: "main",
    body: "Fixes #2",
  });
  await github.openIssue(repository, { title: "Widgets are bad" });
  return {
    ...scene,
    pullRequest,
    ask: async (query, variables = {}, octokit = scene.octokit) => {
      const { data } = await octokit.request("POST /graphql", { query, variables });
      return data as Answer;
    },
  };
}

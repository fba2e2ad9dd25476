/** The state of a pull request on GitHub: the fields that we use. */
export interface RemotePullRequest {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  readonly draft: boolean;
  readonly title: string;
  readonly body: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly labels: readonly string[];
}

interface Answer {
  readonly number: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly draft?: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name: string }[];
}

export function toRemotePullRequest(answer: Answer): RemotePullRequest {
  return {
    number: answer.number,
    nodeId: answer.node_id,
    url: answer.html_url,
    state: answer.state === "open" ? "open" : "closed",
    merged: answer.merged_at !== null,
    draft: answer.draft ?? false,
    title: answer.title,
    body: answer.body ?? "",
    headSha: answer.head.sha,
    baseRef: answer.base.ref,
    labels: answer.labels.map(({ name }) => name),
  };
}

import { createRequire } from "node:module";

interface Recording {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

/** GitHub has published no example of this event; these follow its documentation of webhooks. */
const RENAMED: Recording = {
  name: "installation_target",
  examples: [
    {
      action: "renamed",
      account: { id: 1, login: "octo-org", node_id: "O_1", type: "Organization" },
      changes: { login: { from: "octo" } },
      installation: { id: 2, node_id: "IN_2" },
      target_type: "Organization",
    },
    {
      action: "renamed",
      account: { id: 3, slug: "octo-corp", node_id: "E_3" },
      changes: { slug: { from: "octo" } },
      installation: { id: 4, node_id: "IN_4" },
      target_type: "Enterprise",
    },
  ],
};

const published = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Recording[];

/** Examples of webhook payloads, sorted by the event's name. */
export const recordings: readonly Recording[] = [...published, RENAMED].toSorted((one, other) =>
  one.name.localeCompare(other.name),
);

// Archives the workspace w1 and kills itself with SIGKILL after one step. Sends a message when it has begun.
// Arguments: root, folder for archives, step.

import { join } from "node:path";
import { archive } from "../../../src/workspaces/archive/archive.ts";
import { ArchiveFolder } from "../../../src/workspaces/archive/archive-folder.ts";
import { inspect } from "../../../src/workspaces/keep/inspect.ts";
import { WorkspaceRoot } from "../../../src/workspaces/tree/workspace-root.ts";

const [, , rootPath = "", intoPath = "", step = ""] = process.argv;
const root = await WorkspaceRoot.open(rootPath);
const path = join(root.path, "w1");
const workspace = await root.openWorkspace(path);
const inspection = await inspect(workspace, {
  baseline: null,
  askGitHub: () => Promise.resolve({ held: new Set(), present: new Set(), heads: [] }),
  borrowers: { known: [], unread: [] },
  now: () => new Date(),
});
await archive(workspace, inspection, {
  into: await ArchiveFolder.open(intoPath, { root: root.path }),
  name: "a1",
  workspace: { host: "here", path },
  at: new Date("2026-11-29T12:00:00Z"),
  signal: new AbortController().signal,
  checkpoint: (reached) => {
    if (reached === "begun") process.send?.("begun");
    if (reached === step) process.kill(process.pid, "SIGKILL");
  },
});
process.disconnect?.();

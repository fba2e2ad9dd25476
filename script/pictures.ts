// Takes the pictures of the documents anew: `node script/pictures.ts [PROJECT …]` walks sample projects and looks at
// their pages in a real Chromium.

import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadProject } from "../fixtures/meta-agent/load-project.ts";
import { EventWatch } from "./walkthrough/event-watch.ts";
import { outcomeOf } from "./walkthrough/outcome.ts";
import { Reporter } from "./walkthrough/reporter.ts";
import { setStage } from "./walkthrough/stage.ts";
import { openDoors, walk } from "./walkthrough/walk.ts";

const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));
const SCREENSHOT = fileURLToPath(new URL("screenshot.ts", import.meta.url));
const WIDTH_PX = "1100";
/** The page down to where the changed files begin. */
const DESCRIPTION = ["--above", "#files"];

/** By sample project: where its pictures go, below the folder of images, and how its page is looked at. */
const PICTURES: Readonly<
  Record<string, readonly { readonly file: string; readonly how: readonly string[] }[]>
> = {
  feature: [
    { file: "pull-request.png", how: [] },
    { file: "pull-requests/feature.png", how: [...DESCRIPTION] },
    { file: "pull-requests/feature-dark.png", how: [...DESCRIPTION, "--dark"] },
  ],
  fix: [{ file: "pull-requests/fix.png", how: [...DESCRIPTION] }],
  docs: [{ file: "pull-requests/docs.png", how: [...DESCRIPTION] }],
  dependencies: [{ file: "pull-requests/dependencies.png", how: [...DESCRIPTION] }],
  conflict: [{ file: "pull-requests/conflict.png", how: [...DESCRIPTION] }],
};

const asked = process.argv.slice(2);
const reporter = new Reporter({ json: false });
await mkdir(`${IMAGES}pull-requests`, { recursive: true });
for (const [key, pictures] of Object.entries(PICTURES)) {
  if (asked.length > 0 && !asked.includes(key)) continue;
  const project = await loadProject(key);
  await using stage = await setStage(project, { port: 0, reporter });
  const { signal } = new AbortController();
  const projectId = `demo-${key}`;
  await using watch = new EventWatch({ redisUrl: stage.redisUrl, project: projectId, reporter, signal });
  const door = openDoors(stage);
  const { number } = await walk(project, { stage, projectId, reporter, watch, door, signal });
  await door.close();
  const { pullRequest } = outcomeOf(number, { stage, projectId, events: watch.events });
  for (const { file, how } of pictures) {
    const args = [SCREENSHOT, pullRequest.url, IMAGES + file, "--width", WIDTH_PX, ...how];
    await promisify(execFile)(process.execPath, args);
    reporter.step("picture", file);
  }
}

// Retakes the pictures in the documents: `node script/pictures.ts [PROJECT …]` runs sample projects and opens their
// pages in a real Chromium. It needs an emoji font; with Debian's fonts-liberation the pictures look as they do now.

import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadProject } from "../fixtures/meta-agent/load-project.ts";
import { OrbError } from "../src/errors.ts";
import { EventWatch } from "./walkthrough/event-watch.ts";
import { outcomeOf } from "./walkthrough/outcome.ts";
import { Reporter } from "./walkthrough/reporter.ts";
import { setStage, type Stage } from "./walkthrough/stage.ts";
import { openDoors, walk } from "./walkthrough/walk.ts";

const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));
const SCREENSHOT = fileURLToPath(new URL("screenshot.ts", import.meta.url));
/** The page down to the list of changed files. */
const DESCRIPTION = ["--width", "1100", "--above", "#files"];
const CLAIMS_HEADING = '.markdown h2:has-text("claim")';
/** Only the section with the claims, large enough to read at a glance. */
const CLAIMS = [
  "--width",
  "900",
  "--scale",
  "2",
  "--from",
  CLAIMS_HEADING,
  "--above",
  `${CLAIMS_HEADING} ~ h2`,
];

interface Picture {
  /** Its path below the folder of images. */
  readonly file: string;
  /** The arguments of `script/screenshot.ts`. */
  readonly how: readonly string[];
}

/** By sample project: the pictures of its pull request as it is opened. */
const OPENED: Readonly<Record<string, readonly Picture[]>> = {
  feature: [
    { file: "pull-requests/feature.png", how: DESCRIPTION },
    { file: "pull-requests/feature-dark.png", how: [...DESCRIPTION, "--dark"] },
  ],
  fix: [{ file: "pull-requests/fix.png", how: DESCRIPTION }],
  docs: [{ file: "pull-requests/docs.png", how: DESCRIPTION }],
  dependencies: [{ file: "pull-requests/dependencies.png", how: DESCRIPTION }],
  conflict: [{ file: "pull-requests/conflict.png", how: DESCRIPTION }],
};
/** By sample project: the pictures after one check has failed and the others have passed. */
const CHECKED: Readonly<Record<string, readonly Picture[]>> = {
  feature: [{ file: "claims.png", how: CLAIMS }],
};

const asked = process.argv.slice(2);
await requireEmojiFont();
const reporter = new Reporter({ json: false });
await mkdir(`${IMAGES}pull-requests`, { recursive: true });
for (const [key, pictures] of Object.entries(OPENED)) {
  if (asked.length > 0 && !asked.includes(key)) continue;
  const project = await loadProject(key);
  await using stage = await setStage(project, { port: 0, reporter });
  const { signal } = new AbortController();
  const projectId = `demo-${key}`;
  await using watch = new EventWatch({ redisUrl: stage.redisUrl, project: projectId, reporter, signal });
  const door = openDoors(stage);
  const { number, run } = await walk(project, { stage, projectId, reporter, watch, door, signal });
  await door.close();
  const { pullRequest } = outcomeOf(number, { stage, projectId, events: watch.events });
  await take(pictures, pullRequest.url);
  const checked = CHECKED[key] ?? [];
  if (checked.length === 0) continue;
  await contradictOneClaim(run.headSha, stage);
  await watch.next("orb.pull_request.checks_failed");
  await take(checked, pullRequest.url);
}

/** @throws OrbError `emoji_font_missing`: without such a font the signs ✅ and ❌ would be empty boxes */
async function requireEmojiFont(): Promise<void> {
  // fontconfig's name for the language of emoji. macOS has no fc-list, and its own emoji font.
  if (process.platform === "darwin") return;
  const { stdout } = await promisify(execFile)("fc-list", [":lang=und-zsye", "family"]);
  if (stdout.trim() !== "") return;
  throw new OrbError({
    code: "emoji_font_missing",
    reason: "This machine has no emoji font.",
    remedy: "Install one (Debian: apt-get install fonts-noto-color-emoji fonts-liberation).",
  });
}

async function take(pictures: readonly Picture[], url: string): Promise<void> {
  for (const { file, how } of pictures) {
    await promisify(execFile)(process.execPath, [SCREENSHOT, url, IMAGES + file, ...how]);
    reporter.step("picture", file);
  }
}

/** The required checks pass and the type check fails: of the claims on build and tests, only the second is true. */
async function contradictOneClaim(headSha: string, stage: Stage): Promise<void> {
  const { github, repository, requiredChecks } = stage;
  for (const name of requiredChecks) {
    await github.completeCheckRun(repository, headSha, { name, conclusion: "success" });
  }
  // The last to end, because the event about it shows that the description has all results.
  await github.completeCheckRun(repository, headSha, { name: "types", conclusion: "failure" });
}

// Takes the pictures of the documents anew: `node script/pictures.ts` walks the demo's project and looks at its page.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadProject } from "../fixtures/meta-agent/load-project.ts";
import { Reporter } from "./walkthrough/reporter.ts";
import { setStage } from "./walkthrough/stage.ts";
import { walk } from "./walkthrough/walk.ts";

const PICTURE = fileURLToPath(new URL("../docs/images/pull-request.png", import.meta.url));
const SCREENSHOT = fileURLToPath(new URL("screenshot.ts", import.meta.url));
const WIDTH_PX = "1100";

const reporter = new Reporter({ json: false });
const project = await loadProject("feature");
await using stage = await setStage(project, { port: 0, reporter });
const { signal } = new AbortController();
const { pullRequest } = await walk(project, { stage, projectId: "demo-feature", reporter, signal });
await promisify(execFile)(process.execPath, [SCREENSHOT, pullRequest.url, PICTURE, "--width", WIDTH_PX]);
reporter.step("picture", PICTURE);

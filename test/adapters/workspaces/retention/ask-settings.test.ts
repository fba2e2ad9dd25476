import { afterAll, beforeAll, describe, expect, test } from "../../../support/testing.ts";
import { useDatabase } from "../../../support/database.ts";
import { SettingsInForce } from "../../../../src/repository-settings/in-force.ts";
import { WORKSPACE_DAYS } from "../../../../src/repository-settings/settings.ts";
import { SettingsStore } from "../../../../src/repository-settings/store.ts";
import { Apart } from "../../../../src/work/apart/apart.ts";
import { askWorkspaceDays } from "../../../../src/workspaces/retention/ask-settings.ts";
import { type GitHubScene, setGitHubScene } from "../../github/scene.ts";

const OWN = "retention:\n  workspaceDaysAfterFailure: 3\n  workspaceDays: 5\n";
const OWNERS = "retention:\n  workspaceDaysAfterCancel: 2\n  workspaceDaysAfterFailure: 9\n";
const apart = new Apart({ stepsHereMax: Infinity });
let scene: GitHubScene;
let settings: SettingsInForce;

useDatabase(({ database }) => {
  settings = new SettingsInForce({ store: new SettingsStore(database), apart, now: () => new Date() });
});
beforeAll(async () => {
  scene = await setGitHubScene({ files: { ".github/orb.yml": OWN } });
  const { github, acme } = scene;
  await github.createRepository({ owner: acme, name: ".github", files: { ".github/orb.yml": OWNERS } });
  await github.createRepository({ owner: acme, name: "bare", files: null });
  const elsewhere = github.createOrganization("elsewhere");
  await github.createRepository({ owner: elsewhere, name: "widgets", files: { "README.md": "" } });
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

const ask = (repository: string) => askWorkspaceDays(repository, { github: scene.gitHub, settings });

describe("how long a repository wants workspaces to stay", () => {
  test("its default branch says it, on top of its owner", async () => {
    const days = { cancelled: 2, merged: 5, closed: 5, failed: 3, completed: 7 };
    expect(await ask("acme/widgets")).toEqual(days);
  });

  test("a repository without a commit has those of its owner", async () => {
    expect(await ask("acme/bare")).toEqual({ ...WORKSPACE_DAYS, cancelled: 2, failed: 9 });
  });

  test.each(["elsewhere/widgets", "acme/gone"])(
    "the defaults apply where the App is not: %s",
    async (name) => {
      expect(await ask(name)).toEqual(WORKSPACE_DAYS);
    },
  );

  test("a failure of GitHub is no answer", async () => {
    scene.wait(3_600_000);
    const fault = { kind: "answer", status: 502, json: { message: "Server Error" } } as const;
    const broken = scene.github.faults.add({ route: "GET /repos/{owner}/{repo}", fault });
    await expect(ask("acme/widgets")).rejects.toMatchObject({ code: "github_unavailable" });
    broken.remove();
  });
});

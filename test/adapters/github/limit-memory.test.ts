import { expect, test } from "../../support/testing.ts";
import type { OrbError } from "../../../src/errors.ts";
import type { Fault } from "../../local-github/faults.ts";
import { fullName } from "../../local-github/world.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";
const CREATE = "POST /repos/{owner}/{repo}/labels";
const MINUTE_MS = 60_000;

test.each<{ what: string; fault: Fault; route: string; minutes: number }>([
  {
    what: "the primary one, at a read",
    route: COMPARE,
    fault: { kind: "primary-limit", resetInS: 20 * 60 },
    minutes: 20,
  },
  {
    what: "the secondary one, at a read",
    route: COMPARE,
    fault: { kind: "secondary-limit", retryAfterS: 120 },
    minutes: 2,
  },
  {
    what: "the secondary one, at a write",
    route: CREATE,
    fault: { kind: "secondary-limit", retryAfterS: 180, status: 429 },
    minutes: 3,
  },
  {
    what: "the primary one of GraphQL, with the status 200",
    route: "POST /graphql",
    fault: {
      kind: "answer",
      status: 200,
      json: {
        errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation ID 17." }],
      },
      headers: { "retry-after": "240" },
    },
    minutes: 4,
  },
])("until the end of a limit, nothing more is asked: $what", async ({ route, fault, minutes }) => {
  await using scene = await setGitHubScene();
  const { github, gitHub, remote, wait, now, routesOf, repository } = scene;
  const sha = (await github.branchSha(repository, "main")) ?? "";
  const questions = {
    [COMPARE]: () => remote.compare("main", "main"),
    [CREATE]: () => remote.createLabel({ name: "one", color: "00ff00", description: "" }),
    "POST /graphql": () => remote.checksOn(sha),
  };
  github.faults.add({ route, fault });
  const first = await refusalOf(questions[route as keyof typeof questions]());
  const lasts = ({ code, retryAt }: OrbError) => {
    const ms = (retryAt?.getTime() ?? 0) - now().getTime();
    return code === "rate_limited" ? Math.round(ms / MINUTE_MS) : code;
  };
  expect(lasts(first)).toBe(minutes);
  const sent = await routesOf(async () => {
    for (const ask of Object.values(questions)) {
      expect(lasts(await refusalOf(ask()))).toBe(minutes);
    }
    expect(lasts(await refusalOf(gitHub.repository(fullName(repository))))).toBe(minutes);
  });
  expect(sent).toEqual([]);

  // GitHub gives the end in whole seconds.
  wait(minutes * MINUTE_MS + 1_000);
  for (const ask of Object.values(questions)) await ask();
});

test("a limit of one installation does not concern another", async () => {
  await using scene = await setGitHubScene();
  const { github, gitHub, remote, app } = scene;
  const other = github.createOrganization("quiet");
  const repository = await github.createRepository({ owner: other, name: "calm", files: { a: "a\n" } });
  await github.install(app, other, { repositories: "all" });
  github.faults.add({ route: COMPARE, fault: { kind: "primary-limit", resetInS: 60 } });
  await refusalOf(remote.compare("main", "main"));

  const quiet = await gitHub.repository(fullName(repository));
  expect(await quiet.hasBranch("main")).toBe(true);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "../../support/testing.ts";
import type { Fault } from "../../local-github/faults.ts";
import type { Team } from "../../local-github/account.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { type GitHubScene, refusalOf, setGitHubScene } from "./scene.ts";
import { CALLBACK, codeOf, signedIn, VERIFIER } from "./signed-in.ts";

const EXCHANGE = "POST /login/oauth/access_token";
const OWN_MEMBERSHIP = "GET /user/memberships/orgs/{org}";
const TEAM_MEMBERSHIP = "GET /orgs/{org}/teams/{team_slug}/memberships/{username}";
const ACME = { organization: "acme", team: null };
const OPS = { organization: "acme", team: "ops" };

let scene: GitHubScene;
let ops: Team;

beforeAll(async () => {
  scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, members: "read" } });
  ops = scene.github.createTeam(scene.acme, "ops");
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

beforeEach(() => scene.github.faults.clear());

let people = 0;
const somebody = () => scene.github.createUser(`person-${++people}`);

test("somebody who comes back from GitHub is known by id and login", async () => {
  const ann = somebody();
  expect(await signedIn(scene, ann)).toMatchObject({ id: ann.id, login: ann.login });
});

test("a code is exchanged with one request, and its secrets are in no address", async () => {
  const code = await codeOf(scene, somebody());
  const mark = scene.github.requests.mark();
  await scene.signIn.personOf({ code, verifier: VERIFIER, redirectUri: CALLBACK });
  expect(scene.github.requests.since(mark).map(({ method, path }) => `${method} ${path}`)).toEqual([
    EXCHANGE,
    "GET /user",
  ]);
});

describe("a membership", () => {
  test("is that of the person, in the organization and in the team", async () => {
    const [member, invited, stranger, of] = [somebody(), somebody(), somebody(), scene.acme];
    scene.github.addTeamMember(ops, member);
    scene.github.addMember(of, invited);
    scene.github.addTeamMember(ops, invited, "pending");
    const membershipsOf = async (person: typeof member) => {
      const known = await signedIn(scene, person);
      return [await known.membershipOf(ACME), await known.membershipOf(OPS)];
    };
    expect(await membershipsOf(member)).toEqual(["active", "active"]);
    expect(await membershipsOf(invited)).toEqual(["pending", "pending"]);
    expect(await membershipsOf(stranger)).toEqual(["none", "none"]);
    const person = await signedIn(scene, member);
    expect(await person.membershipOf({ organization: "nobody", team: null })).toBe("none");
    expect(await person.membershipOf({ organization: "acme", team: "nobody" })).toBe("none");
  });

  test("is unknown, and not missing, in an organization that does not let the App see it", async () => {
    const [ann, other] = [somebody(), scene.github.createOrganization("elsewhere")];
    scene.github.addMember(other, ann);
    const person = await signedIn(scene, ann);
    const membership = await person.membershipOf({ organization: "elsewhere", team: null });
    expect(membership).toMatchObject({ unknown: { code: "permission_missing" } });
  });

  test.each([
    [OWN_MEMBERSHIP, ACME],
    [TEAM_MEMBERSHIP, OPS],
  ])("is unknown if SAML hides it: %s", async (route, group) => {
    const person = await signedIn(scene, somebody());
    const message =
      "Resource protected by organization SAML enforcement. You must grant your OAuth token access.";
    scene.github.faults.add({ route, fault: { kind: "answer", status: 403, json: { message } } });
    expect(await person.membershipOf(group)).toMatchObject({ unknown: { code: "saml_enforced" } });
  });

  test.each<[string, Fault]>([
    ["an error", { kind: "error", status: 503, when: "before" }],
    ["a lost answer", { kind: "lost-answer", when: "before" }],
  ])("is not answered by %s", async (_title, fault) => {
    const person = await signedIn(scene, somebody());
    scene.github.faults.add({ route: OWN_MEMBERSHIP, fault });
    expect(await refusalOf(person.membershipOf(ACME))).toMatchObject({ code: "github_unavailable" });
  });
});

describe("a code that GitHub refuses", () => {
  const exchange = (more: { code?: string; verifier?: string; redirectUri?: string }) =>
    refusalOf(scene.signIn.personOf({ code: "x", verifier: VERIFIER, redirectUri: CALLBACK, ...more }));

  test.each([
    ["is unknown", "bad_verification_code", "sign_in_refused", /ten minutes, and once/],
    ["is of a person without an address", "unverified_user_email", "sign_in_refused", /e-mail/],
    [
      "comes with a wrong secret",
      "incorrect_client_credentials",
      "sign_in_misconfigured",
      /GITHUB_CLIENT_SECRET/,
    ],
    ["comes with a wrong callback", "redirect_uri_mismatch", "sign_in_misconfigured", /callback/],
    ["comes with a wrong id", "Not Found", "sign_in_misconfigured", /GITHUB_CLIENT_ID/],
    ["is refused for an unknown reason", "<b>x</b>", "sign_in_misconfigured", /does not know/],
    ["is refused with a name of JavaScript", "__proto__", "sign_in_misconfigured", /does not know/],
  ])("because it %s says so", async (_title, error, code, words) => {
    const json = { error, error_description: "<script>", error_uri: "https://evil.example.com" };
    scene.github.faults.add({ route: EXCHANGE, fault: { kind: "answer", status: 200, json } });
    const refusal = await exchange({});
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(JSON.stringify(refusal.toRefusal())).not.toMatch(/script|evil|<b>/);
  });

  test("is good for the one who began, once", async () => {
    const code = await codeOf(scene, somebody());
    expect(await exchange({ code, verifier: "w".repeat(43) })).toMatchObject({ code: "sign_in_refused" });
    await scene.signIn.personOf({ code, verifier: VERIFIER, redirectUri: CALLBACK });
    expect(await exchange({ code })).toMatchObject({ code: "sign_in_refused" });
  });
});

test.each<[string, Fault]>([
  ["fails", { kind: "error", status: 502, when: "before" }],
  ["cuts the connection", { kind: "lost-answer", when: "before" }],
  ["answers with something else", { kind: "answer", status: 200, json: { hello: "world" } }],
  [
    "answers with too much",
    { kind: "answer", status: 200, json: { access_token: "x".repeat(20_000), token_type: "bearer" } },
  ],
  [
    "answers with another kind of token",
    { kind: "answer", status: 200, json: { access_token: "x", token_type: "mac" } },
  ],
])("a GitHub that %s is unavailable, and nobody has signed in", async (_title, fault) => {
  scene.github.faults.add({ route: EXCHANGE, fault });
  const brought = { code: "x", verifier: VERIFIER, redirectUri: CALLBACK };
  expect(await refusalOf(scene.signIn.personOf(brought))).toMatchObject({ code: "github_unavailable" });
});

test("a GitHub that does not answer in time is unavailable", async () => {
  const answer = Promise.withResolvers<void>();
  scene.github.faults.add({ route: EXCHANGE, fault: { kind: "held", until: answer.promise } });
  const brought = { code: "x", verifier: VERIFIER, redirectUri: CALLBACK };
  expect(await refusalOf(scene.impatientSignIn.personOf(brought))).toMatchObject({
    code: "github_unavailable",
    message: expect.stringContaining("took too long"),
  });
  answer.resolve();
});

test("a GitHub that is down right after the exchange has signed nobody in", async () => {
  const code = await codeOf(scene, somebody());
  scene.github.faults.add({ route: "GET /user", fault: { kind: "error", status: 500, when: "before" } });
  const brought = { code, verifier: VERIFIER, redirectUri: CALLBACK };
  expect(await refusalOf(scene.signIn.personOf(brought))).toMatchObject({ code: "github_unavailable" });
});

test("a GitHub that does not say whose the token is has signed nobody in", async () => {
  const code = await codeOf(scene, somebody());
  const message = "Sorry. Your account was suspended.";
  scene.github.faults.add({ route: "GET /user", fault: { kind: "answer", status: 403, json: { message } } });
  const brought = { code, verifier: VERIFIER, redirectUri: CALLBACK };
  expect(await refusalOf(scene.signIn.personOf(brought))).toMatchObject({
    code: "sign_in_misconfigured",
    message: expect.stringContaining(message),
  });
});

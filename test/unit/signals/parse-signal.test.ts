import { tmpdir } from "node:os";
import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import { isBranchName } from "../../../src/signals/rules/git-ref.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { SIGNAL_TYPES } from "../../../src/signals/signal.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { ROOT } from "../../support/repository-files.ts";
import { gitEnvironment } from "../../local-github/git/bare-repository.ts";
import { startGit } from "../../local-github/git/git-process.ts";

describe("accepted signals", () => {
  const RECEIVED_AT = new Date("2026-03-01T12:00:00Z");
  const WORKSPACE = { host: "agents-1", path: "/var/orb/workspaces/p-1" };
  const SHA = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";
  const COMPLETED = { project: "p-1", repository: "octo/hello", branch: "agent/x", summary: "" };

  function event(type: string, data: unknown, attributes: Record<string, unknown> = {}) {
    return { specversion: "1.0", id: "e-1", source: "urn:test", type, data, ...attributes };
  }

  /** The data sent, and the data stored if they differ. */
  const ACCEPTED: readonly { type: string; what: string; data: object; becomes?: object }[] = [
    {
      type: "orb.project.created",
      what: "its required fields",
      data: {
        project: { id: "p-1", name: "Greet", userId: "u-1" },
        repository: "octo/hello",
        workspace: WORKSPACE,
      },
    },
    {
      type: "orb.project.created",
      what: "all its fields",
      data: {
        project: { id: "p-1", name: "Greet", userId: "u-1" },
        repository: "octo/hello.world_2-x",
        workspace: WORKSPACE,
        issue: 7,
      },
    },
    ...["orb.phase.started", "orb.phase.completed"].flatMap((type) => [
      { type, what: "its required fields", data: { project: "p-1", phase: "research" } },
      {
        type,
        what: "all its fields",
        data: {
          project: "p-1",
          phase: "planning",
          agent: "architect",
          summary: "# Plan\n",
          plan: { areas: ["src/**"], steps: ["Write it", "Test it"] },
        },
      },
      {
        type,
        what: "an empty plan",
        data: { project: "p-1", phase: "implementation", plan: {} },
        becomes: { project: "p-1", phase: "implementation", plan: { areas: [], steps: [] } },
      },
    ]),
    {
      type: "orb.agent.executed",
      what: "its required fields",
      data: { project: "p-1", agent: "a", phase: "research", outcome: "failed", durationMs: 0 },
    },
    {
      type: "orb.agent.executed",
      what: "all its fields",
      data: {
        project: "p-1",
        agent: "a",
        phase: "implementation",
        outcome: "succeeded",
        durationMs: 12,
        tokens: 96_400,
        costUsd: 0.58,
        model: "m-1",
      },
    },
    { type: "orb.implementation.completed", what: "its required fields", data: COMPLETED },
    {
      type: "orb.implementation.completed",
      what: "all its fields",
      data: {
        ...COMPLETED,
        base: "main",
        headSha: SHA,
        title: "Greet",
        type: "feature",
        summary: "It greets.",
        changes: ["Add a greeting"],
        recommendations: [
          { agent: "r", severity: "info", text: "i" },
          { agent: "r", severity: "warning", text: "w" },
          { agent: "r", severity: "critical", text: "c" },
        ],
        claims: [
          { kind: "tests", text: "t" },
          { kind: "build", text: "b" },
          { kind: "lint", text: "l" },
          { kind: "other", text: "o" },
        ],
        agents: [{ name: "a" }, { name: "b", model: "m", durationMs: 1, costUsd: 0 }],
        issues: [1, 2],
        reviewers: ["ines-okafor", "octo_corp", "A"],
        draft: true,
        requestedBy: "tom-de-vries",
      },
    },
    ...["octocat_acme/widgets", "jane-doe_ACME/.github", "old-/hello", "double--hyphen/a.b"].map(
      (repository) => ({
        type: "orb.implementation.completed",
        what: `the repository ${repository}`,
        data: { ...COMPLETED, repository },
      }),
    ),
    ...["jane-doe_ACME", "dependabot[bot]", "old-", "a--b"].map((requestedBy) => ({
      type: "orb.implementation.completed",
      what: `the requester ${requestedBy}`,
      data: { ...COMPLETED, requestedBy },
    })),
    {
      type: "orb.implementation.completed",
      what: "reviewers of whom some can't be logins",
      data: { ...COMPLETED, reviewers: ["jane-doe_ACME", " @ines ", "", "octo/team", "x".repeat(300)] },
      becomes: {
        ...COMPLETED,
        reviewers: ["jane-doe_ACME", "@ines", "", "octo/team", `${"x".repeat(199)}…`],
      },
    },
    {
      type: "orb.implementation.completed",
      what: "unknown fields, and white space around a title",
      data: { ...COMPLETED, title: "  Greet \n", colour: "green" },
      becomes: { ...COMPLETED, title: "Greet" },
    },
    ...["orb.project.cancelled", "orb.project.failed"].flatMap((type) => [
      { type, what: "its required fields", data: { project: "p-1" } },
      { type, what: "all its fields", data: { project: "p-1", reason: "They changed their mind." } },
    ]),
    {
      type: "orb.workspace.active",
      what: "its required fields",
      data: { project: "p-1", workspace: WORKSPACE },
    },
  ];

  test.each(ACCEPTED)("$type is accepted with $what", ({ type, data, becomes }) => {
    const time = "2026-02-28T23:30:00.250+01:00";
    expect(parseSignal(event(type, data, { time }), RECEIVED_AT)).toEqual({
      id: "e-1",
      source: "urn:test",
      type,
      time: new Date("2026-02-28T22:30:00.250Z"),
      project: "p-1",
      data: becomes ?? data,
    });
  });

  test("every type is in the table", () => {
    expect(new Set(ACCEPTED.map(({ type }) => type))).toEqual(new Set(SIGNAL_TYPES));
  });

  describe("the examples of docs/signals.md", () => {
    test("are signals, one for each type, and none of their fields is dropped", async () => {
      const examples = await readDocExamples(`${ROOT}docs/signals.md`);
      const events = examples
        .filter(({ language, test }) => language === "json" && test === "signal")
        .map(({ code }) => JSON.parse(code) as { type: string; data: unknown; time: string });
      const signals = events.map((event) => parseSignal(event, RECEIVED_AT));

      expect(signals.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
      expect(signals.map(({ time }) => time.toISOString())).toEqual(events.map(({ time }) => time));
      expect(signals.map(({ type }) => type)).toEqual(SIGNAL_TYPES);
    });
  });

  test.each([
    ["left out", {}],
    ["null, which means the same in CloudEvents' JSON", { time: null }],
  ])("an event whose time is %s happened when it was received", (_how, attributes) => {
    const signal = parseSignal(event("orb.project.failed", { project: "p-1" }, attributes), RECEIVED_AT);
    expect(signal.time).toEqual(RECEIVED_AT);
  });

  test("unknown attributes are accepted", () => {
    const others = {
      subject: "p-1",
      datacontenttype: "application/json",
      dataschema: null,
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    const signal = parseSignal(event("orb.project.failed", { project: "p-1" }, others), RECEIVED_AT);
    expect(Object.keys(signal)).toEqual(["id", "source", "type", "time", "project", "data"]);
  });

  test.each(["p", "9", "a.b_c:d-e", "constructor", "x".repeat(128)])("%s may name a project", (project) => {
    expect(parseSignal(event("orb.project.failed", { project }), RECEIVED_AT).project).toBe(project);
  });

  test("a list may have 500 items", () => {
    const changes = Array.from({ length: 500 }, (_, index) => `Change ${index}`);
    const signal = parseSignal(event("orb.implementation.completed", { ...COMPLETED, changes }), RECEIVED_AT);
    expect(signal.data).toEqual({ ...COMPLETED, changes });
  });

  test("__proto__ in an event changes no prototype and is dropped", () => {
    const json = `{"specversion":"1.0","id":"e-1","source":"urn:test","type":"orb.project.failed",
    "__proto__":{"polluted":true},"data":{"project":"p-1","__proto__":{"reason":"by inheritance"}}}`;
    const signal = parseSignal(JSON.parse(json), RECEIVED_AT);

    expect(signal.data).toEqual({ project: "p-1" });
    expect(Object.getPrototypeOf(signal.data)).toBe(Object.prototype);
    expect("reason" in signal.data).toBe(false);
    expect("polluted" in {}).toBe(false);
  });
});

describe("branch names", () => {
  const NAMES_TRIED = 300;
  /** Pieces that git refuses in a name, and some that it accepts. */
  const PIECES = [
    ...Array.from("ab0.-/@{}~^:?*[]\\\"'$;é𝒳\u00a0\u0001\u001f\u007f\u0085 \t\n"),
    "..",
    "//",
    "@{",
    "@{-1}",
    "@{u}",
    ".lock",
    "HEAD",
    "refs/heads/",
    "heads",
    "agent/x",
  ];

  /** Asks git, outside any repository: inside one, `@{-1}` is a branch that was checked out before. */
  async function gitTakes(name: string): Promise<boolean> {
    const args = ["check-ref-format", "--branch", name];
    const { input, result } = startGit({ args, environment: gitEnvironment(), cwd: tmpdir() });
    input.end();
    return (await result).code === 0;
  }

  test("a name is a branch name if git says so, except @, git's short form of HEAD", async () => {
    const nasty = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 });
    const names = nasty.map((pieces) => pieces.join("")).filter((name) => name !== "@");
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        expect({ name, taken: isBranchName(name) }).toEqual({ name, taken: await gitTakes(name) });
      }),
      {
        ...sampledInputs({ all: NAMES_TRIED }),
        examples: PIECES.filter((piece) => piece !== "@").map((piece) => [piece]),
      },
    );
  });

  test.each([
    ["agent/csv-export", true],
    ["feature/ünïcode-𝒳", true],
    ["dots.in.it", true],
    ["a/-b", true],
    ["refs/heads/x", true],
    ["@home", true],
    ["", false],
    ["nul\0byte", false],
    ["HEAD", false],
    ["@", false],
    ["heads/HEAD", true],
    ["-d", false],
    ["--force", false],
    ["../../etc/passwd", false],
    ["a..b", false],
    ["a b", false],
    ["a\nb", false],
    ["a/.hidden", false],
    ["a.lock", false],
    ["a.lock/b", false],
    ["a.", false],
    ["/a", false],
    ["a/", false],
    ["a//b", false],
    ["a@{1}", false],
    ["half-of-a-pair-\ud800", false],
  ])("%j is a branch name: %s", (name, taken) => {
    expect(isBranchName(name)).toBe(taken);
  });

  test("a name may be as long as GitHub allows, counted in bytes", () => {
    expect(isBranchName("a".repeat(244))).toBe(true);
    expect(isBranchName("a".repeat(245))).toBe(false);
    expect(isBranchName("é".repeat(122))).toBe(true);
    expect(isBranchName("é".repeat(123))).toBe(false);
  });
});

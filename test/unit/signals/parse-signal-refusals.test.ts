import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { OrbError } from "../../../src/errors.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { SIGNAL_DATA, SIGNAL_TYPES } from "../../../src/signals/signal.ts";

const RECEIVED_AT = new Date("2026-03-01T12:00:00Z");
const REASON_CHARACTERS_MAX = 2_000;
const FAILED = { specversion: "1.0", id: "e-1", source: "urn:test", type: "orb.project.failed" };
const COMPLETED = {
  project: "p-1",
  repository: "octo/hello",
  branch: "agent/x",
  summary: "It greets.",
};

function refusal(event: unknown): OrbError {
  try {
    parseSignal(event, RECEIVED_AT);
  } catch (error) {
    if (error instanceof OrbError) return error;
    throw error;
  }
  throw new Error("This event was expected to be refused");
}

describe("an event is refused, and the reason names the attribute,", () => {
  test.each<[string, unknown, string]>([
    ["that is not an object", "orb.project.failed", "the event: "],
    ["that is null", null, "the event: "],
    ["that is a list", [FAILED], "the event: "],
    ["of another version of CloudEvents", { ...FAILED, specversion: "0.3" }, 'specversion: must be "1.0"'],
    ["without an id", { ...FAILED, id: undefined }, "id: "],
    ["with an empty id", { ...FAILED, id: "" }, "id: "],
    ["with a number for its id", { ...FAILED, id: 7 }, "id: "],
    ["with an id of 10 000 characters", { ...FAILED, id: "x".repeat(10_000) }, "id: "],
    ["with a control character in its id", { ...FAILED, id: "a\u0000b" }, "id: must be plain Unicode text"],
    ["with half a surrogate pair in its id", { ...FAILED, id: "\ud800" }, "id: must be plain Unicode text"],
    ["without a source", { ...FAILED, source: undefined }, "source: "],
    ["with a line break in its source", { ...FAILED, source: "a\nb" }, "source: must be plain Unicode text"],
    ["without a type", { ...FAILED, type: undefined }, "type: "],
    ["with an invalid time", { ...FAILED, time: "yesterday" }, "time: must be an RFC 3339 time"],
    ["with an invalid day", { ...FAILED, time: "2026-02-30T00:00:00Z" }, "time: must be an RFC 3339 time"],
    [
      "with a time without a zone",
      { ...FAILED, time: "2026-02-01T00:00:00" },
      "time: must be an RFC 3339 time",
    ],
    ["with a number for its time", { ...FAILED, time: 1_772_366_400_000 }, "time: must be an RFC 3339 time"],
  ])("%s", (_what, event, named) => {
    const { code, message, remedy } = refusal(event);
    expect(code).toBe("bad_signal");
    expect(message).toContain(`The event is not a CloudEvent 1.0: ${named}`);
    expect(remedy).toBe("See docs/signals.md for the fields of each type and an example.");
  });
});

test.each([
  "orb.project.deleted",
  "",
  "__proto__",
  "constructor",
  "toString",
  "ORB.PROJECT.FAILED",
  "x\n".repeat(5_000),
])("the type %j is refused, and the reason names the valid types", (type) => {
  const { code, message, remedy } = refusal({ ...FAILED, type, data: { project: "p-1" } });
  expect(code).toBe("unknown_signal_type");
  expect(message).toContain(JSON.stringify(type.slice(0, 100)));
  expect(message.length).toBeLessThan(300);
  for (const type of SIGNAL_TYPES) expect(remedy).toContain(type);
});

test.each(SIGNAL_TYPES)("%s without data is refused", (type) => {
  for (const data of [undefined, null, "text", 7, []]) {
    expect(refusal({ ...FAILED, type, data })).toMatchObject({
      code: "bad_signal",
      message: expect.stringMatching(/^The data of \S+ is not valid: data: /) as unknown,
    });
  }
});

describe("a hostile project id is refused and not repeated in the reason:", () => {
  test.each([
    ["a way out of a folder", "../../etc"],
    ["a way out in the middle", "a..b"],
    ["a slash", "a/b"],
    ["a backslash", "a\\b"],
    ["a control character", "a\u0007b"],
    ["a line break at the end", "project\n"],
    ["10 000 characters", "x".repeat(10_000)],
    ["129 characters", "x".repeat(129)],
    ["nothing", ""],
    ["__proto__", "__proto__"],
    ["a MongoDB operator", "$where"],
    ["a dot at the start", ".git"],
    ["a letter that is not ASCII", "projekté"],
  ])("%s", (_what, project) => {
    const { code, message } = refusal({ ...FAILED, data: { project } });
    expect(code).toBe("bad_signal");
    // Only our own words, for any input.
    const MUST =
      /^(?:must be 1–128 letters, digits, '\.', '_', ':' or '-', starting with a letter or digit|must not contain '\.\.')$/;
    const [, problems = ""] = /: (project: .*)\.$/s.exec(message) ?? [];
    const words = problems.split("; ").map((problem) => problem.replace("project: ", ""));
    expect(words.filter((problem) => !MUST.test(problem))).toEqual([]);
  });

  test("also when a project is created", () => {
    const project = { id: "../up", name: "n", userId: "u" };
    expect(refusal({ ...FAILED, type: "orb.project.created", data: { project } }).message).toContain(
      "project.id: must be 1–128 letters",
    );
  });
});

describe("of a completion, the reason names the field", () => {
  const LIST = Array.from({ length: 501 }, (_, index) => index + 1);
  test.each<[string, Record<string, unknown>]>([
    ["repository", { repository: "hello" }],
    ["repository", { repository: "octo/.." }],
    ["repository", { repository: "octo/a/b" }],
    ["repository", { repository: "-octo/hello" }],
    ["repository", { repository: `${"o".repeat(40)}/hello` }],
    ["branch", { branch: "a..b" }],
    ["branch", { branch: undefined }],
    ["base", { base: "--upload-pack=sh" }],
    ["headSha", { headSha: "8f14e45" }],
    ["headSha", { headSha: "z".repeat(40) }],
    ["title", { title: "x".repeat(4_001) }],
    ["type", { type: "x".repeat(201) }],
    ["summary", { summary: undefined }],
    ["summary", { summary: "x".repeat(500_001) }],
    ["changes", { changes: LIST.map(String) }],
    ["changes.1", { changes: ["fine", " "] }],
    ["recommendations.0.severity", { recommendations: [{ agent: "a", severity: "fatal", text: "t" }] }],
    [
      "recommendations.0.text",
      { recommendations: [{ agent: "a", severity: "info", text: "x".repeat(4_001) }] },
    ],
    ["claims.0.kind", { claims: [{ kind: "deploy", text: "t" }] }],
    ["agents.0.name", { agents: [{ name: "x".repeat(201) }] }],
    ["agents.0.durationMs", { agents: [{ name: "a", durationMs: -1 }] }],
    ["agents.0.costUsd", { agents: [{ name: "a", costUsd: -0.01 }] }],
    ["issues", { issues: LIST }],
    ["issues.0", { issues: [0] }],
    ["issues.0", { issues: [1.5] }],
    ["reviewers.0", { reviewers: [7] }],
    ["draft", { draft: "yes" }],
    ["requestedBy", { requestedBy: "-tom" }],
    ["requestedBy", { requestedBy: "tom[bot][bot]" }],
  ])("%s", (field, wrong) => {
    const { code, message } = refusal({
      ...FAILED,
      type: "orb.implementation.completed",
      data: { ...COMPLETED, ...wrong },
    });
    expect(code).toBe("bad_signal");
    expect(message).toMatch(/^The data of orb\.implementation\.completed is not valid: [^;]+\.$/);
    expect(message).toContain(`: ${field}: `);
  });
});

test("every wrong field is named, up to ten, and the rest are counted", () => {
  const data = { project: "p-1", changes: Array.from({ length: 20 }, () => 7) };
  const { message } = refusal({ ...FAILED, type: "orb.implementation.completed", data });

  expect(message.split("; ")).toHaveLength(11);
  expect(message).toContain("repository: ");
  expect(message).toMatch(/; and 13 more\.$/);
});

test("any JSON is a signal, or is refused with a reason of bounded length", () => {
  const type = fc.constantFrom(...SIGNAL_TYPES);
  const data = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom("project", "phase", "repository", "workspace", "reason", "plan"),
      fc.jsonValue(),
    ),
  );
  const event = fc.oneof(fc.jsonValue(), fc.record({ ...attributes(), type, data }));
  fc.assert(
    fc.property(event, (event) => {
      expect(isReadOrRefused(event)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

function isReadOrRefused(event: unknown): boolean {
  try {
    const { type, data } = parseSignal(event, RECEIVED_AT);
    return SIGNAL_DATA[type].safeParse(data).success;
  } catch (error) {
    return error instanceof OrbError && error.message.length < REASON_CHARACTERS_MAX;
  }
}

function attributes() {
  return {
    specversion: fc.constant("1.0"),
    id: fc.string({ minLength: 1 }),
    source: fc.string({ minLength: 1 }),
  };
}

import { describe, expect, test } from "../../support/testing.ts";
import { OrbError } from "../../../src/errors.ts";
import { judgeCrash, judgeFailure } from "../../../src/monitoring/rules/judge-failure.ts";

const refused = (code: string, reason = "It did not work.") =>
  new OrbError({ code, reason, remedy: "Try again." });
const judge = (error: unknown, fields: object = {}, what = "delivery") =>
  judgeFailure({ what, error, level: "warning", fields });

function withStack(name: string, lines: readonly string[]): Error {
  return Object.assign(new Error("no"), { name, stack: [`${name}: no`, ...lines].join("\n") });
}

describe("a failure", () => {
  test.each(["mongodb_unavailable", "redis_unavailable", "github_unavailable", "rate_limited"])(
    "with the code %s is expected, and not reported",
    (code) => expect(judge(refused(code))).toBeNull(),
  );

  test("with a code is one issue, wherever and with whatever words it comes up", () => {
    const [one, other] = [
      judge(refused("archive_failed", "A"), {}, "cleanup"),
      judge(refused("archive_failed", "B"), {}, "job"),
    ];
    expect(one).toMatchObject({ fingerprint: ["archive_failed"], title: "archive_failed" });
    expect(other?.fingerprint).toEqual(one?.fingerprint);
  });

  test("without a code is one issue for each place in our code, whatever line it is on", () => {
    const at = (file: string, line: number) =>
      withStack("TypeError", [
        "    at Object.parse (/app/node_modules/yaml/dist/src/parse.ts:1:1)",
        `    at async Sweep.run (file:///app/src/${file}:${line}:7)`,
        "    at Loop.next (file:///app/src/work/loop.ts:99:7)",
      ]);
    const [one, moved, elsewhere] = [at("a/sweep.ts", 3), at("a/sweep.ts", 8), at("b/sweep.ts", 3)].map(
      (error) => judge(error)?.fingerprint,
    );
    expect(one).toEqual(["internal", "delivery", "TypeError", "src/a/sweep.ts Sweep.run"]);
    expect(moved).toEqual(one);
    expect(elsewhere).not.toEqual(one);
  });

  test("of a library that our code did not pass is one issue for each code of the library", () => {
    const error = Object.assign(withStack("MongoServerError", ["    at Server.command (/app/x.js:1:1)"]), {
      code: 112,
    });
    expect(judge(error)?.fingerprint).toEqual(["internal", "delivery", "MongoServerError", "112"]);
  });

  test.each([undefined, null, "text", 7, {}])("may be anything that can be thrown: %p", (thrown) => {
    expect(judge(thrown)?.fingerprint).toEqual(["internal", "delivery", typeof thrown, ""]);
  });

  test("has the tags to search by, and of the rest of its line only what names nothing of people", () => {
    const fields = {
      project: "p-1",
      userId: "u-1",
      agent: "coder",
      repository: "octo/hello",
      installation: 7,
      branch: "agent/secret-plan",
      err: new Error("x"),
      attempts: 3,
      id: "d-1",
      body: "text",
    };
    expect(judge(refused("no_room"), fields)).toMatchObject({
      tags: {
        project_id: "p-1",
        user_id: "u-1",
        agent_name: "coder",
        repository: "octo/hello",
        installation: "7",
      },
      facts: { what: "delivery", attempts: 3, id: "d-1" },
    });
    expect(Object.keys(judge(refused("no_room"), fields)?.facts ?? {})).toEqual(["what", "id", "attempts"]);
    expect(judge(refused("no_room"), { project: null, repository: "" })?.tags).toEqual({});
  });

  test("that ends the process is fatal, also an outage", () => {
    expect(judgeCrash(refused("mongodb_unavailable"))).toMatchObject({
      level: "fatal",
      fingerprint: ["mongodb_unavailable"],
    });
  });
});

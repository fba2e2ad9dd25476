import { expect, test } from "@jest/globals";
import type { CheckState } from "../../../src/github/facts/branch-rules.ts";
import { type Claim, evidenceFor } from "../../../src/descriptions/rules/claims.ts";

function check(name: string, state: CheckState["state"] = "passed", conclusion?: string): CheckState {
  const usual = { passed: "success", failed: "failure", pending: null }[state];
  return {
    id: null,
    description: null,
    name,
    state,
    conclusion: conclusion ?? usual,
    url: null,
    required: false,
  };
}

test.each<{ kind: Claim["kind"]; name: string; speaks: boolean }>([
  { kind: "tests", name: "test", speaks: true },
  { kind: "tests", name: "CI / unit-tests (ubuntu-latest, 24)", speaks: true },
  { kind: "tests", name: "pytest", speaks: true },
  { kind: "tests", name: "runTests", speaks: true },
  { kind: "tests", name: "latest", speaks: false },
  { kind: "tests", name: "contest", speaks: false },
  { kind: "tests", name: "lint", speaks: false },
  { kind: "build", name: "Build and push image", speaks: true },
  { kind: "build", name: "typecheck", speaks: true },
  { kind: "build", name: "test", speaks: false },
  { kind: "lint", name: "lint-and-test", speaks: true },
  { kind: "lint", name: "oxfmt --check", speaks: true },
  { kind: "lint", name: "build", speaks: false },
  { kind: "tests", name: "ci", speaks: true },
  { kind: "build", name: "All checks", speaks: true },
  { kind: "other", name: "ci", speaks: false },
  { kind: "other", name: "test", speaks: false },
  { kind: "tests", name: "", speaks: false },
  { kind: "tests", name: `${"x".repeat(300)} test`, speaks: false },
])("of $kind, a check that is called $name speaks: $speaks", ({ kind, name, speaks }) => {
  expect(evidenceFor(kind, [check(name)])).toEqual(
    speaks ? { state: "confirmed", checks: [name] } : { state: "none", checks: [] },
  );
});

test.each<{ when: string; checks: CheckState[]; state: string; named: string[] }>([
  { when: "there is no check", checks: [], state: "none", named: [] },
  {
    when: "all that speak of it passed",
    checks: [check("test a"), check("test b"), check("lint", "failed")],
    state: "confirmed",
    named: ["test a", "test b"],
  },
  {
    when: "one of them failed, whatever the others do",
    checks: [check("test a"), check("test b", "failed"), check("test c", "pending")],
    state: "contradicted",
    named: ["test b"],
  },
  {
    when: "one of them timed out",
    checks: [check("test", "failed", "timed_out")],
    state: "contradicted",
    named: ["test"],
  },
  {
    when: "one of them is not over",
    checks: [check("test a"), check("test b", "pending")],
    state: "running",
    named: ["test b"],
  },
  {
    when: "one of them was stopped, for that is no answer",
    checks: [check("test a"), check("test b", "failed", "cancelled")],
    state: "inconclusive",
    named: ["test b"],
  },
  {
    when: "the only one was skipped, which passes for GitHub",
    checks: [check("test", "passed", "skipped")],
    state: "inconclusive",
    named: ["test"],
  },
  {
    when: "a commit status says so, which has no conclusion",
    checks: [{ ...check("test"), conclusion: null }],
    state: "confirmed",
    named: ["test"],
  },
  {
    when: "a check of everything failed and one of tests passed: it may have failed for another reason",
    checks: [check("ci", "failed"), check("test")],
    state: "confirmed",
    named: ["test"],
  },
])("a claim about tests is $state where $when", ({ checks, state, named }) => {
  expect(evidenceFor("tests", checks)).toEqual({ state, checks: named });
});

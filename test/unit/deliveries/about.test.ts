import { expect, test } from "@jest/globals";
import { anything, assert, property } from "fast-check";
import { aboutOf } from "../../../src/deliveries/rules/about.ts";

const repository = { full_name: "Octo/Hello" };

test.each([
  { name: "a pull request", payload: { pull_request: { number: 12 } }, about: "octo/hello#12" },
  { name: "a comment on one", payload: { issue: { number: 12 }, comment: {} }, about: "octo/hello#12" },
  {
    name: "a check of one pull request",
    payload: { check_run: { head_sha: "abc", pull_requests: [{ number: 12 }] } },
    about: "octo/hello#12",
  },
  {
    name: "a check of several",
    payload: { check_suite: { head_sha: "abc", pull_requests: [{ number: 12 }, { number: 13 }] } },
    about: "octo/hello@abc",
  },
  { name: "a status", payload: { sha: "abc", state: "success" }, about: "octo/hello@abc" },
  { name: "a push", payload: { ref: "refs/heads/main" }, about: "octo/hello:refs/heads/main" },
  { name: "a repository", payload: { action: "renamed" }, about: "octo/hello" },
])("$name is known by where it is", ({ payload, about }) => {
  expect(aboutOf({ ...payload, repository })).toMatchObject({ about, repository: "Octo/Hello" });
});

test("what is about no repository is about its installation, if about anything", () => {
  expect(aboutOf({ action: "deleted", installation: { id: 7 } })).toEqual({
    action: "deleted",
    repository: null,
    installationId: 7,
    about: "installation/7",
  });
  expect(aboutOf({ zen: "Design for failure." }).about).toBeNull();
});

test("whatever a payload is, what is read of it is short, and nothing is thrown", () => {
  assert(
    property(anything(), (payload) => {
      const { action, repository, about } = aboutOf(payload);
      for (const text of [action, repository, about]) expect(text?.length ?? 0).toBeLessThanOrEqual(1_000);
    }),
  );
  expect(aboutOf({ repository: { full_name: "x".repeat(10_000) } }).about?.length).toBeLessThan(1_000);
});

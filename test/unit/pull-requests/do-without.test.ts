import { expect, test } from "@jest/globals";
import { canDoWithout, isPatient } from "../../../src/pull-requests/steps/rules/do-without.ts";

test.each([
  { code: "permission_missing", patient: true, without: true },
  { code: "github_refused", patient: true, without: true },
  { code: "github_unavailable", patient: true, without: false },
  { code: "github_unavailable", patient: false, without: true },
  { code: "not_found", patient: true, without: false },
  { code: "not_found", patient: false, without: true },
  { code: "rate_limited", patient: false, without: false },
  { code: "bad_credentials", patient: false, without: false },
  { code: "installation_suspended", patient: false, without: false },
])("$code is done without while patience is $patient: $without", ({ code, patient, without }) => {
  expect(canDoWithout({ code }, { patient })).toBe(without);
});

test("patience lasts for seven tries", () => {
  expect([1, 7, 8, 300].map(isPatient)).toEqual([true, true, false, false]);
});

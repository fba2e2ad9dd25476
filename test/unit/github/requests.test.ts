import { expect, test } from "../../support/testing.ts";
import { isGranted, type Needs } from "../../../src/github/rules/need.ts";
import { ASKED_PERMISSIONS, EXTRA_PERMISSIONS } from "../../../src/github/rules/permissions.ts";
import { EVENTS, GRAPHQL_REQUESTS, REST_REQUESTS } from "../../../src/github/rules/requests.ts";
import { type Use, USES } from "../../../src/github/rules/uses.ts";

interface Row {
  readonly name: string;
  readonly needs: Needs;
  readonly uses: readonly Use[];
}

const rows: readonly Row[] = [
  ...Object.entries<{ needs: Needs; for: readonly Use[] }>({ ...REST_REQUESTS, ...EVENTS }).map(
    ([name, { needs, for: uses }]) => ({ name, needs, uses }),
  ),
  ...Object.entries<{ needs: Readonly<Record<string, Needs>>; for: readonly Use[] }>(GRAPHQL_REQUESTS).map(
    ([name, { needs, for: uses }]) => ({ name, needs: Object.values(needs).flat(), uses }),
  ),
];

test.each(Object.entries<Use>(USES))(
  "%s is reported under a permission that each of its requests needs",
  (_name, use) => {
    const requests = rows.filter(({ uses }) => uses.includes(use));
    expect(requests).not.toEqual([]);
    const others = requests.filter(({ needs }) => !needs.some((need) => [need].flat().includes(use.of)));
    expect(others.map(({ name }) => name)).toEqual([]);
  },
);

test("the requested permissions are enough for every request except those of extras", () => {
  const granted = Object.fromEntries(ASKED_PERMISSIONS.map(({ need }) => need.split(": ")));
  const refused = rows.filter(({ needs }) =>
    needs.some((need) => ![need].flat().some((each) => isGranted(granted, each))),
  );
  expect(refused.filter(({ uses }) => uses.every(({ kind }) => kind !== "extra"))).toEqual([]);
  expect(refused.map(({ name }) => name)).toContain("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs");
});

test("drafts can be marked as ready with the requested permissions", () => {
  const granted = Object.fromEntries(ASKED_PERMISSIONS.map(({ need }) => need.split(": ")));
  for (const change of ["mutation MarkReady", "mutation ConvertToDraft"] as const) {
    const needs = GRAPHQL_REQUESTS[change].needs.changed;
    expect(needs.filter((need) => !isGranted(granted, need))).toEqual([]);
  }
});

test("the requested permissions grant no extra", () => {
  const granted = Object.fromEntries(ASKED_PERMISSIONS.map(({ need }) => need.split(": ")));
  expect(EXTRA_PERMISSIONS.filter(({ need }) => isGranted(granted, need))).toEqual([]);
});

import { expect, test } from "../../support/testing.ts";
import { missingPermissions } from "../../../src/installations/rules/missing-permissions.ts";
import { appManifest } from "../../support/app-manifest.ts";

test("the permissions in app.yml are enough, and none can be left out", async () => {
  const { permissions } = await appManifest();
  expect(missingPermissions(permissions)).toEqual([]);
  for (const permission of Object.keys(permissions)) {
    const { [permission]: _without, ...others } = permissions;
    expect(missingPermissions(others)).toMatchObject([{ permission, code: "permission_missing" }]);
  }
  expect(missingPermissions({}).map(({ permission }) => permission)).toEqual(Object.keys(permissions));
});

test("only what does not work without a permission is reported, each once", async () => {
  const { permissions } = await appManifest();
  const [none] = missingPermissions({ ...permissions, checks: "none" });
  expect(none?.reason).toBe(
    "The installation does not grant checks: write, so the check run orb can't be written; the checks of others can't be read.",
  );
  const [reads] = missingPermissions({ ...permissions, checks: "read" });
  expect(reads?.reason).toBe(
    "The installation does not grant checks: write, so the check run orb can't be written.",
  );
});

test("read is less than write, and more than needed is enough", async () => {
  const { permissions } = await appManifest();
  expect(missingPermissions({ ...permissions, issues: "read" })).toMatchObject([
    { permission: "issues", required: false, reason: expect.stringContaining("issues: write") },
  ]);
  expect(missingPermissions({ ...permissions, contents: "write", statuses: "write" })).toEqual([]);
  expect(missingPermissions({ ...permissions, pull_requests: "sideways" })).toMatchObject([
    { required: true },
  ]);
});

import { expect, test } from "../support/testing.ts";
import { readFile } from "node:fs/promises";
import { completeLockfile, missingFrom, type Lockfile } from "../../script/checks/lockfile.ts";

/** A lock file of one tool with builds for several platforms, of which npm kept one. */
const LOCKFILE = {
  packages: {
    "": {},
    "node_modules/tool": {
      version: "2.0.0",
      dev: true,
      optionalDependencies: {
        "@tool/linux-x64-gnu": "2.0.0",
        "@tool/linux-arm-musleabihf": "2.0.0",
        "@tool/binding-darwin-arm64": "2.0.0",
        "@tool/binding-wasm32-wasi": "2.0.0",
        "some-plugin": "^1.0.0",
      },
    },
    "node_modules/@tool/linux-x64-gnu": {
      version: "2.0.0",
      integrity: "sha512-…",
      os: ["linux"],
      cpu: ["x64"],
    },
  },
};

test("the builds that npm left out are added for their platforms only", () => {
  const { packages } = completeLockfile<Lockfile>(LOCKFILE);

  const build = { version: "2.0.0", dev: true, optional: true };
  expect(packages).toEqual({
    ...LOCKFILE.packages,
    "node_modules/@tool/linux-arm-musleabihf": { ...build, os: ["linux"], cpu: ["arm"], libc: ["musl"] },
    "node_modules/@tool/binding-darwin-arm64": { ...build, os: ["darwin"], cpu: ["arm64"] },
    "node_modules/@tool/binding-wasm32-wasi": { ...build, cpu: ["wasm32"] },
  });
});

test("a build of another version than the one at the top goes below the package that needs it", () => {
  const older = { version: "1.0.0", optionalDependencies: { "@tool/darwin-x64": "1.0.0" } };
  const newer = { version: "2.0.0" };
  const packages = { "node_modules/tool": older, "node_modules/@tool/darwin-x64": newer };

  expect(missingFrom({ packages })).toEqual(["node_modules/tool/node_modules/@tool/darwin-x64"]);
});

test("a name without a known platform is refused", () => {
  const packages = { "node_modules/tool": { optionalDependencies: { "tool-extras": "1.0.0" } } };

  expect(() => completeLockfile({ packages })).toThrow("tool-extras does not contain a platform");
});

test("this project's lock file lacks no platform, so that npm ci takes it everywhere", async () => {
  const lockfile = JSON.parse(await readFile("package-lock.json", "utf8")) as Lockfile;

  expect(missingFrom(lockfile)).toEqual([]);
});

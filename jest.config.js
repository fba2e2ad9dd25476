/** @type {import("jest").Config} */
export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Data: sample repositories, whose package.json files share names.
  modulePathIgnorePatterns: ["<rootDir>/fixtures/projects"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "es6" } },
    ],
  },
  globalSetup: "<rootDir>/test/support/servers/start.ts",
  globalTeardown: "<rootDir>/test/support/servers/stop.ts",
  testTimeout: 60_000,
};

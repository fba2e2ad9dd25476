import { availableParallelism } from "node:os";

/** @type {import("jest").Config} */
export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Data: sample repositories, whose package.json files share names.
  modulePathIgnorePatterns: ["<rootDir>/fixtures/projects"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript" },
          target: "es2024",
          experimental: { keepImportAttributes: true },
        },
        module: { type: "es6" },
      },
    ],
  },
  testEnvironment: "<rootDir>/test/support/jest-environment.js",
  globalSetup: "<rootDir>/test/support/servers/start.ts",
  globalTeardown: "<rootDir>/test/support/servers/stop.ts",
  // Jest would leave one processor idle; more workers than four wait for the two servers that they share.
  maxWorkers: Math.min(4, availableParallelism()),
  testTimeout: 120_000,
};

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
  // One more than processors, because a story waits for a third of its time: for a server, a lease, a pause of the bot's.
  // More than four would wait for the servers that they share.
  maxWorkers: Math.min(4, availableParallelism() + 1),
  testTimeout: 120_000,
};

import { availableParallelism } from "node:os";

/** @type {import("jest").Config} */
export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Data: sample repositories, whose package.json files share names.
  modulePathIgnorePatterns: ["<rootDir>/fixtures/projects"],
  // Runs test files as Node runs any module, types and all: as production does, and each module is loaded once in a process
  // and not once for each file. Jest's own runner needs half as much time again for the same tests.
  runner: "<rootDir>/test/support/runner.ts",
  transform: {},
  globalSetup: "<rootDir>/test/support/servers/start.ts",
  globalTeardown: "<rootDir>/test/support/servers/stop.ts",
  // Two more than processors, because a story waits for a third of its time: for a server, a lease, a pause of the bot's.
  // More than four would wait for the servers that they share.
  maxWorkers: Math.min(4, availableParallelism() + 2),
};

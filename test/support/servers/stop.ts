import { started } from "./start.ts";

/** Jest's globalTeardown: stops what the global setup started, and nothing else. */
// Jest takes a global teardown only as a default export.
// oxlint-disable-next-line import/no-default-export
export default async function stopServers(): Promise<void> {
  await started.disposeAsync();
}

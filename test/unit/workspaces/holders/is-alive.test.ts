import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "../../../support/testing.ts";
import { identityOf, lookFor } from "../../../../src/workspaces/holders/process-identity.ts";
import { isAlive } from "../../../../src/workspaces/holders/rules/is-alive.ts";

const NOTED = { bootId: "one", pidNamespace: "pid:[1]", pid: 7, startTicks: 100 };

test.each([
  { what: "the same process", seen: {}, answer: "alive" },
  { what: "no process of this number", seen: { startTicks: null }, answer: "ended" },
  { what: "the number has another process now", seen: { startTicks: 101 }, answer: "ended" },
  {
    what: "the machine was restarted, and the number began at the same tick",
    seen: { bootId: "two" },
    answer: "ended",
  },
  { what: "the same number in another container", seen: { pidNamespace: "pid:[2]" }, answer: "unknown" },
  {
    what: "the restarted machine, also in another container",
    seen: { bootId: "two", pidNamespace: "pid:[2]" },
    answer: "ended",
  },
])("B5: $what: $answer", ({ seen, answer }) => {
  expect(isAlive(NOTED, { ...NOTED, ...seen })).toBe(answer);
});

test("B5: a real process is alive until it ends; its number alone proves nothing", async () => {
  const child = spawn("sh", ["-c", "read nothing"], { stdio: ["pipe", "ignore", "ignore"] });
  const noted = await identityOf(child.pid ?? 0);
  if (!noted) throw new Error("The child has no identity");
  expect(await lookFor(noted)).toBe("alive");
  expect(await lookFor({ ...noted, startTicks: noted.startTicks - 1 })).toBe("ended");
  child.stdin.end();
  await once(child, "exit");
  expect(await lookFor(noted)).toBe("ended");
});

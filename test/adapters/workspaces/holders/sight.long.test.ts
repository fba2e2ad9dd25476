import { execFile } from "node:child_process";
import { mkdtemp, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect } from "../../../support/testing.ts";
import { NODE_FLAGS } from "../../../../script/services/node-flags.ts";
import type { Holder } from "../../../../src/workspaces/holders/holder.ts";
import { program, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { PUBLIC } from "../removal/stand.ts";
import { Holding } from "./holding.ts";

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL("./finder-process.ts", import.meta.url));
const NOBODY = "65534";
const NEEDS = [ROOT, program("setpriv"), program("unshare")];
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
const WITH_RIGHTS = [
  ...AS_NOBODY,
  "--inh-caps=+sys_ptrace,+dac_read_search",
  "--ambient-caps=+sys_ptrace,+dac_read_search",
];
const HIDDEN = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount -t proc -o hidepid=invisible proc /proc && exec "$@"',
  "sh",
];
const CONTAINER = ["unshare", "--pid", "--fork", "--mount-proc"];

let top: string;
let holding: Holding;

beforeAll(async () => {
  top = await mkdtemp(join(PUBLIC, "orb-sight-"));
  if (!ROOT.isThere()) return;
  await run("chmod", ["755", top]);
  for (const name of ["held", "free"]) await mkdir(join(top, name));
  holding = await Holding.start(join(top, "outside"));
  await holding.hold([{ kind: "mmap_private", path: join(top, "held") }]);
});

afterAll(async () => {
  await holding?.[Symbol.asyncDispose]();
  await rm(top, { recursive: true });
});

/** @returns the holders of a workspace that root holds, and of one that nobody does, as a bot sees them that is started like this */
async function find(
  how: readonly string[],
  ...more: readonly string[]
): Promise<readonly (readonly Holder[])[]> {
  const folders = await Promise.all(
    ["held", "free"].map(async (name) => {
      const { dev, ino } = await stat(join(top, name), { bigint: true });
      return { dev: String(dev), ino: String(ino), path: join(top, name) };
    }),
  );
  const [command = "", ...args] = [
    ...how,
    process.execPath,
    ...NODE_FLAGS,
    PROGRAM,
    JSON.stringify(folders),
    ...more,
  ];
  const { stdout, stderr } = await run(command, args);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as (readonly Holder[])[];
}

const uses = (holders: readonly Holder[] | undefined) =>
  holders?.map((one) => (one.kind === "known" ? one.use : one.cause));

testNeeding(
  NEEDS,
  "a bot of another user can't tell: processes that it may not read are counted, and one is named",
  async () => {
    const [held, free] = await find(AS_NOBODY);
    expect(uses(held)).toEqual(["unreadable_process"]);
    expect(free).toEqual(held);
    expect(held?.[0]).toMatchObject({
      count: expect.any(Number) as unknown,
      process: { userId: 0, command: expect.any(String) as unknown },
    });
    expect(held?.[0]?.count).toBeGreaterThan(0);
  },
);

testNeeding(NEEDS, "with the two capabilities of the remedy it can", async () => {
  const [held, free] = await find(WITH_RIGHTS);
  expect(uses(held)).toEqual(["mapped"]);
  expect(free).toEqual([]);
});

testNeeding(NEEDS, "hidepid: processes that are not even listed make every workspace doubtful", async () => {
  const [held, free] = await find([...HIDDEN, ...AS_NOBODY]);
  expect(uses(held)).toContain("hidden_processes");
  expect(uses(free)).toContain("hidden_processes");
  expect(uses((await find([...HIDDEN, ...WITH_RIGHTS]))[0])).toEqual(["mapped"]);
});

testNeeding(
  NEEDS,
  "in a container the processes outside are invisible, unless nobody outside can reach the workspaces",
  async () => {
    expect(uses((await find(CONTAINER))[1])).toEqual(["outside_container"]);
    expect(uses((await find(CONTAINER, "alone"))[1])).toEqual([]);
  },
);

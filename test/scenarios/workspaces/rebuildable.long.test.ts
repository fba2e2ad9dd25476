import { existsSync, statfsSync } from "node:fs";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { expect } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";
import { holdFolder } from "../../support/workspaces/hold-folder.ts";
import { ROOT, testNeeding } from "../../support/workspaces/needs.ts";
import { publishedBy } from "../../support/workspaces/published.ts";

const DISK_MIB = 64;
const MIB = 1024 * 1024;
const [FILLED_PERCENT, LOW_PERCENT] = [88, 75];
const world = useCleanupStage({}, { diskMib: DISK_MIB });
const COUNT = 20;
const IDS = Array.from({ length: COUNT }, (_, index) => `p-${index}`);
/** What must stay as it is, whatever the disk needs. */
const UNTOUCHED = ["p-0", "p-1", "p-2", "p-3"] as const;
const [ACTIVE, HELD, TRACKED, NESTED] = UNTOUCHED;
const IDENTITY = ["-c", "user.name=Agent", "-c", "user.email=agent@example.com"];

const folderOf = (id: string) =>
  join(world.pathOf(id), Number(id.slice(2)) % 2 === 0 ? "target" : "node_modules");
const isThere = (id: string) => existsSync(join(folderOf(id), "large"));

async function make(id: string): Promise<void> {
  await world.create(id);
  await world.write(id, ".gitignore", "target\nnode_modules\n");
  await mkdir(folderOf(id));
  await writeFile(join(folderOf(id), "large"), Buffer.alloc(2 * MIB, 1));
  // Work that is nowhere else: the workspace must stay as a whole.
  await world.write(id, "notes.txt", `of ${id}`);
}

function usedPercent(): number {
  const { blocks, bavail } = statfsSync(world.root);
  return (100 * (blocks - bavail)) / blocks;
}

testNeeding(
  [ROOT],
  "D4: a full disk gets back what a command makes again, from many workspaces of which none may go; those in use keep it",
  async () => {
    for (const id of IDS) await make(id);
    await runGit(world.pathOf(TRACKED), ["add", "--force", "target/large"]);
    await runGit(world.pathOf(TRACKED), [...IDENTITY, "commit", "--quiet", "--message", "Keep a build"]);
    await runGit(folderOf(NESTED), ["init", "--quiet", "package"]);
    await using _holder = await holdFolder(world.pathOf(HELD));
    await world.sweep();
    world.passHours(1);
    const workspace = { host: world.host, path: world.pathOf(ACTIVE) };
    await world.signal("orb.workspace.active", { project: ACTIVE, workspace });
    await eventually("the lease", async () => {
      const [record] = await world.bot.app.workspaceParts.workspaces.ofProject(ACTIVE);
      return record?.leases.some(({ kind }) => kind === "heartbeat");
    });
    expect(IDS.filter(isThere)).toEqual(IDS);
    const filler = join(world.root, "filler");
    const share = (FILLED_PERCENT - usedPercent()) / 100;
    await writeFile(filler, Buffer.alloc(Math.ceil(share * DISK_MIB) * MIB, 1));

    const { data } = await publishedBy(world, "orb.disk.relieved", () => true);
    const because = expect.stringMatching(/removed what a command makes again from \d+ workspaces/);
    expect(data).toMatchObject({ because });
    expect(usedPercent()).toBeLessThanOrEqual(LOW_PERCENT);
    expect(IDS.filter((id) => world.isGone(id) || !existsSync(join(world.pathOf(id), "notes.txt")))).toEqual(
      [],
    );
    expect(UNTOUCHED.filter((id) => !isThere(id))).toEqual([]);
    const cleared = IDS.filter((id) => !isThere(id));
    expect(cleared.length).toBeGreaterThan(3);
    // The folders went whole, and nothing of them is left in the trash.
    expect(cleared.filter((id) => existsSync(folderOf(id)))).toEqual([]);
    const [host] = await world.bot.app.workspaceParts.hosts.list({ after: null, limit: 1 });
    expect(host).toMatchObject({ clearing: null, pressureSince: null });
    const taken = await eventually("which workspaces lost something", async () => {
      const { json } = await world.ask("GET", "/api/v1/disk");
      const [shown] = json["items"] as { lastRelief: { taken: { workspace: { path: string } }[] } | null }[];
      return shown?.lastRelief?.taken;
    });
    const known = cleared.map((id) => world.pathOf(id));
    expect(taken.length).toBeGreaterThan(0);
    for (const one of taken) {
      expect(one).toMatchObject({ action: "remove_rebuildable", expected: { bytes: expect.any(Number) } });
      expect(known).toContain(one.workspace.path);
    }
    const leases = await Promise.all(
      cleared.map((id) => world.bot.app.workspaceParts.workspaces.ofProject(id)),
    );
    expect(
      leases.flat().flatMap(({ leases: each }) => each.filter(({ kind }) => kind === "cleanup")),
    ).toEqual([]);
    await truncate(filler, 0);
    await rm(filler);
  },
);

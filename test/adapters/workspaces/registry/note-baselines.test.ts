import { mkdir, readdir, writeFile } from "node:fs/promises";
import { describe, expect, test } from "../../../support/testing.ts";
import { descriptorPath } from "../../../../src/workspaces/tree/descriptor-path.ts";
import type { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";
import { noteBaselines } from "../../../../src/workspaces/registry/note-baselines.ts";
import {
  BASELINE_MS_MAX,
  MADE_BEFORE_MS_MAX,
} from "../../../../src/workspaces/registry/rules/may-note-baseline.ts";
import { creation, HOST, useRegistry } from "./registry-scene.ts";

const scene = useRegistry();
const namesIn = async ({ fd }: OpenFolder) => (await readdir(descriptorPath(fd))).sort();

async function note(
  read: (folder: OpenFolder, thereAtMs: number) => Promise<unknown> = namesIn,
): Promise<number> {
  const { root, store, now } = scene;
  const onError = (error: unknown) => {
    throw error;
  };
  return noteBaselines({ root, host: HOST, store, note: read, onError, now });
}

async function baselineOf(name: string) {
  const { _id, generation, baseline } = await scene.find(name);
  return baseline && { ...baseline, data: await scene.store.baselineOf(_id, generation) };
}

describe("what a workspace held when it was created", () => {
  test("is noted once, and not again when its agents are resumed (B8)", async () => {
    await mkdir(scene.path("p-1"));
    await writeFile(scene.path("p-1/.env"), "carried in");
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    expect(await note()).toBe(1);
    const baseline = { notedAt: scene.now(), data: [".env"] };
    expect(await baselineOf("p-1")).toEqual(baseline);
    await writeFile(scene.path("p-1/work"), "of the agents");
    scene.pass(1_000);
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    expect(await note()).toBe(0);
    expect(await baselineOf("p-1")).toEqual(baseline);
  });

  test("is what was there at the moment of the signal, however late it is handled, looked at or opened", async () => {
    await mkdir(scene.path("p-1"));
    const sentAt = scene.now();
    // It waited for twenty seconds until it was handled, and for thirty more until somebody looked.
    scene.pass(20_000);
    await scene.hear("orb.project.created", creation(scene, "p-1"), { at: sentAt, receivedAt: sentAt });
    scene.pass(30_000);
    let thereAtMs = 0;
    const before = Date.now();
    await note(async (_folder, atMs) => {
      thereAtMs = atMs;
      return [];
    });
    expect(thereAtMs).toBeGreaterThanOrEqual(before - 50_000 - 11);
    expect(thereAtMs).toBeLessThanOrEqual(Date.now() - 50_000 - 10);
  });

  test("is not what was there when it was handled, if the sender's clock is ahead", async () => {
    await mkdir(scene.path("p-1"));
    const receivedAt = scene.now();
    scene.pass(20_000);
    const at = new Date(receivedAt.getTime() + 15_000);
    await scene.hear("orb.project.created", creation(scene, "p-1"), { at, receivedAt });
    expect((await scene.find("p-1")).createdAt).toEqual(receivedAt);
  });

  test("is not noted of a folder that is older than the first signal about it: agents have worked there (B8)", async () => {
    await mkdir(scene.path("p-1"));
    await writeFile(scene.path("p-1/.env"), "of agents of another bot");
    scene.pass(MADE_BEFORE_MS_MAX + 1_000);
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    expect(await note()).toBe(0);
    expect(await baselineOf("p-1")).toBeNull();
  });

  test("is not noted when another project resumes in it (B8)", async () => {
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    scene.pass(1_000);
    await scene.hear("orb.project.created", creation(scene, "p-2", "p-1"));
    expect(await note()).toBe(0);
    expect(await baselineOf("p-1")).toBeNull();
  });

  test("comes with no list of workspaces, because it may be large", async () => {
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    await note();
    const { _id, path } = await scene.find("p-1");
    const { store, now } = scene;
    const [host, all] = [HOST, { after: null, limit: 10 }];
    const read = [
      await store.list(all),
      await store.findAll([_id]),
      await store.ofProject("p-1"),
      await store.touching(host, [path]),
      await store.createdSince(host, { since: new Date(0), limit: 10 }),
      await store.measuredBefore(host, { before: now(), limit: 10 }),
      [await store.change(_id, () => ({ seenAt: now() }))],
    ];
    for await (const part of store.partsOfHost(host, 10)) read.push(part);
    expect(read.map(([one]) => Object.keys(one?.baseline ?? {}))).toEqual(read.map(() => ["notedAt"]));
  });

  test.each([
    { type: "orb.phase.started", data: { phase: "research" } },
    { type: "orb.agent.executed", data: { agent: "a", phase: "research", outcome: "failed", durationMs: 1 } },
    { type: "orb.workspace.active", data: null },
  ])("is not noted after $type: agents may have worked there", async ({ type, data }) => {
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    const workspace = { host: HOST, path: scene.path("p-1") };
    scene.pass(1);
    await scene.hear(type, { project: "p-1", ...(data ?? { workspace }) });
    expect(await note()).toBe(0);
    expect(await baselineOf("p-1")).toBeNull();
  });

  test("is not noted if agents begin while it is read", async () => {
    await mkdir(scene.path("p-1"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    const interrupted = async (folder: OpenFolder) => {
      await scene.hear("orb.phase.started", { project: "p-1", phase: "research" });
      return namesIn(folder);
    };
    expect(await note(interrupted)).toBe(0);
    expect(await baselineOf("p-1")).toBeNull();
  });

  test("is not noted a while after its creation, and not of a folder that nobody named", async () => {
    await mkdir(scene.path("p-1"));
    await mkdir(scene.path("stray"));
    await scene.hear("orb.project.created", creation(scene, "p-1"));
    scene.pass(BASELINE_MS_MAX + 1);
    await scene.hear("orb.project.created", creation(scene, "p-2"));
    expect(await note()).toBe(0);
    // The folder of this one comes a moment later.
    await mkdir(scene.path("p-2"));
    expect(await note()).toBe(1);
    expect(await baselineOf("p-1")).toBeNull();
  });
});

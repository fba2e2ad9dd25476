import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "../../../support/testing.ts";
import { FILES_NAME } from "../../../../src/workspaces/archive/manifest.ts";
import { TarFiles } from "../../../../src/workspaces/archive/read/read-archive.ts";
import type { Extents } from "../../../../src/workspaces/archive/rules/listing.ts";
import { TarWriter } from "../../../../src/workspaces/archive/write/tar-writer.ts";

const PARTS = Buffer.from("beginlater");
const EXTENTS: Extents = [
  [4_096, 5],
  [8_192, 5],
];
const SIZE = 9_000;
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "orb-sparse-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(sparse: { extents: Extents; size: number } | null): Promise<void> {
  const tar = new TarWriter(join(folder, FILES_NAME));
  const header = { path: Buffer.from("data"), mode: 0o600, mtimeNs: 0n, bytes: PARTS.length, sparse };
  await tar.add(header, PARTS);
  await tar.finish();
}

async function read(extents: Extents): Promise<string> {
  await using tar = new TarFiles({ folder, name: "a1" });
  const chunks: Buffer[] = [];
  const held = { in: "tar", at: 0, extents } as const;
  for await (const chunk of await tar.content(held, { bytes: PARTS.length, size: SIZE })) chunks.push(chunk);
  await tar.end();
  return String(Buffer.concat(chunks));
}

test.each([
  ["that says where its parts belong", { extents: EXTENTS, size: SIZE }],
  ["of an older version, which has only its parts", null],
] as const)("the parts of a sparse file are read from a tar %s", async (_, sparse) => {
  await write(sparse);
  expect(await read(EXTENTS)).toBe(String(PARTS));
});

test("a tar whose parts belong elsewhere than the listing says is damaged", async () => {
  await write({
    extents: [
      [4_096, 5],
      [8_193, 5],
    ],
    size: SIZE,
  });
  await expect(read(EXTENTS)).rejects.toMatchObject({ code: "archive_damaged" });
});

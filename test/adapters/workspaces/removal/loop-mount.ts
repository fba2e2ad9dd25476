import { execFileSync } from "node:child_process";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createZstdDecompress } from "node:zlib";

const EXT4_BYTES = 32 * 1024 * 1024;
/** Empty file systems that not every machine can make: fixtures/file-systems/README.md */
const IMAGES = fileURLToPath(new URL("../../../../fixtures/file-systems/", import.meta.url));

export type Kind = "ext4" | "xfs" | "btrfs" | "tmpfs" | "overlay";

/** A file system of its own. @returns the folder where it is mounted; it is unmounted and forgotten when disposed */
export async function mountNew(kind: Kind): Promise<Disposable & { readonly path: string }> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "orb-mount-")));
  const path = join(base, "mounted");
  mkdirSync(path);
  // An overlay counts the room of the file system below it, so that one must be nobody else's.
  const below = kind === "overlay" ? await mountNew("ext4") : undefined;
  const options = kind === "overlay" ? overlay(below?.path ?? base) : await optionsFor(kind, base);
  execFileSync("mount", [...options, path]);
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync("umount", [path]);
      below?.[Symbol.dispose]();
      rmSync(base, { recursive: true });
    },
  };
}

async function optionsFor(kind: Exclude<Kind, "overlay">, base: string): Promise<readonly string[]> {
  if (kind === "tmpfs") return ["-t", "tmpfs", "-o", "size=64m", "tmpfs"];
  const image = join(base, "image");
  if (kind === "ext4") {
    writeFileSync(image, "");
    truncateSync(image, EXT4_BYTES);
    execFileSync("mkfs.ext4", ["-q", image]);
  } else await unpack(join(IMAGES, `${kind}.zst`), image);
  return ["-t", kind, "-o", "loop", image];
}

/** Writes only what is not zero: the file takes as little room as the file system in it. */
async function unpack(from: string, to: string): Promise<void> {
  await using file = await open(to, "w");
  let at = 0;
  for await (const part of createReadStream(from).pipe(createZstdDecompress())) {
    const block = part as Buffer;
    if (block.some((byte) => byte !== 0)) await file.write(block, 0, block.length, at);
    at += block.length;
  }
  await file.truncate(at);
}

/** With a folder in the lower layer, which such a file system can't rename. */
function overlay(base: string): readonly string[] {
  const [lower, upper, work] = ["lower", "upper", "work"].map((name) => join(base, name));
  for (const folder of [lower, upper, work]) mkdirSync(folder ?? base);
  mkdirSync(join(base, "lower/root/from-below/inner"), { recursive: true });
  writeFileSync(join(base, "lower/root/from-below/inner/file"), "content");
  const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work},redirect_dir=off`;
  return ["-t", "overlay", "-o", layers, "overlay"];
}

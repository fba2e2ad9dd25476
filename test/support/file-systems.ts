import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createBrotliDecompress } from "node:zlib";
import { ROOT } from "./repository-files.ts";

const run = promisify(execFile);
const MEBIBYTE = 1024 * 1024;

export const FILE_SYSTEMS = ["ext4", "tmpfs", "overlay", "btrfs", "xfs"] as const;
export type FileSystemType = (typeof FILE_SYSTEMS)[number];

/** A file system that was made for a test, and is mounted. */
export interface MadeFileSystem extends AsyncDisposable {
  /** A folder on it; on btrfs a subvolume, whose files have another device number than the file system. */
  readonly path: string;
}

export interface FileSystemOptions {
  readonly mebibytes?: number;
  /** How many inodes it has; for ext4 and tmpfs. */
  readonly inodes?: number;
}

/** Makes a file system and mounts it. Needs root. Its images for btrfs and xfs are in `fixtures/file-systems/`. */
export async function makeFileSystem(
  type: FileSystemType,
  { mebibytes = 64, inodes }: FileSystemOptions = {},
): Promise<MadeFileSystem> {
  // Short: the path of a unix socket has at most 108 bytes.
  const folder = await mkdtemp(join(tmpdir(), "orb-fs-"));
  const point = join(folder, "m");
  await mkdir(point);
  const unmounted: string[] = [point];
  switch (type) {
    case "tmpfs": {
      await run("mount", [
        "-t",
        "tmpfs",
        "-o",
        `size=${mebibytes}m${inodes ? `,nr_inodes=${inodes}` : ""}`,
        "tmpfs",
        point,
      ]);
      break;
    }
    case "ext4": {
      const image = join(folder, "image");
      await writeFile(image, "");
      await truncate(image, mebibytes * MEBIBYTE);
      await run("mkfs.ext4", ["-q", "-F", ...(inodes ? ["-N", String(inodes)] : []), image]);
      await run("mount", ["-o", "loop", image, point]);
      break;
    }
    case "overlay": {
      const below = join(folder, "b");
      await mkdir(below);
      await run("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", below]);
      unmounted.push(below);
      for (const name of ["lower", "upper", "work"]) await mkdir(join(below, name));
      const layers = `lowerdir=${below}/lower,upperdir=${below}/upper,workdir=${below}/work`;
      await run("mount", ["-t", "overlay", "-o", layers, "overlay", point]);
      break;
    }
    case "btrfs":
    case "xfs": {
      const image = join(folder, "image");
      const packed = createReadStream(`${ROOT}fixtures/file-systems/${type}.img.br`);
      await pipeline(packed, createBrotliDecompress(), createWriteStream(image));
      await run("mount", ["-o", "loop", image, point]);
      break;
    }
  }
  return {
    path: type === "btrfs" ? join(point, "subvolume") : point,
    [Symbol.asyncDispose]: async () => {
      for (const mounted of unmounted) await run("umount", ["--lazy", mounted]);
      await rm(folder, { recursive: true });
    },
  };
}

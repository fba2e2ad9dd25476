import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zstdDecompressSync } from "node:zlib";

const EXT4_BYTES = 32 * 1024 * 1024;
/** Empty file systems that not every machine can make: fixtures/file-systems/README.md */
const IMAGES = fileURLToPath(new URL("../../../../fixtures/file-systems/", import.meta.url));

export type Kind = "ext4" | "xfs" | "btrfs" | "tmpfs" | "overlay";

/** A file system of its own. @returns the folder where it is mounted; it is unmounted and forgotten when disposed */
export function mountNew(kind: Kind): Disposable & { readonly path: string } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "orb-mount-")));
  const path = join(base, "mounted");
  mkdirSync(path);
  execFileSync("mount", [...optionsFor(kind, base), path]);
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync("umount", [path]);
      rmSync(base, { recursive: true });
    },
  };
}

function optionsFor(kind: Kind, base: string): readonly string[] {
  if (kind === "tmpfs") return ["-t", "tmpfs", "-o", "size=64m", "tmpfs"];
  if (kind === "overlay") return overlay(base);
  const image = join(base, "image");
  writeFileSync(image, kind === "ext4" ? "" : zstdDecompressSync(readFileSync(join(IMAGES, `${kind}.zst`))));
  if (kind === "ext4") {
    truncateSync(image, EXT4_BYTES);
    execFileSync("mkfs.ext4", ["-q", image]);
  }
  return ["-t", kind, "-o", "loop", image];
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

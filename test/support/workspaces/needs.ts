import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "../testing.ts";

/** What a test needs from the machine. */
export interface Need {
  readonly what: string;
  readonly isThere: () => boolean;
}

export const ROOT: Need = { what: "root", isThere: () => process.geteuid?.() === 0 };

export function program(name: string): Need {
  const folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const isThere = () => folders.some((folder) => existsSync(`${folder}/${name}`)) || isRunnable(name);
  return { what: name, isThere };
}

export function fileSystem(name: string): Need {
  const isThere = () => {
    if (isKnown(name)) return true;
    try {
      execFileSync("modprobe", [name], { stdio: "ignore" });
    } catch {
      return false;
    }
    return isKnown(name);
  };
  return { what: `${name} in the kernel`, isThere };
}

/** A test that not every machine can run. Its title says what it needs; where that is missing, it says so and passes. */
export function testNeeding(
  needs: readonly Need[],
  title: string,
  body: () => unknown,
  msMax?: number,
): void {
  const names = needs.map(({ what }) => what).join(", ");
  test(
    `${title} (needs ${names})`,
    async () => {
      const missing = needs.filter((need) => !need.isThere());
      if (missing.length === 0) {
        await body();
        return;
      }
      process.stderr.write(
        `can't run here because ${missing.map(({ what }) => what).join(", ")} is missing: ${title}\n`,
      );
    },
    msMax,
  );
}

function isKnown(name: string): boolean {
  return readFileSync("/proc/filesystems", "utf8")
    .split("\n")
    .some((line) => line.endsWith(`\t${name}`));
}

function isRunnable(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

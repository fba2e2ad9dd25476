import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "../../../support/testing.ts";
import { eventually } from "../../../support/eventually.ts";
import { sampled } from "../../../support/sample.ts";
import { KeepScene } from "./scene.ts";

/** What can happen to a call of git: each must lead to "unreadable", never to "clean". */
const FAULTS = {
  "exits with 1": "exit 1",
  "exits with 128": "echo 'fatal: no' >&2; exit 128",
  "is killed": "kill -9 $$",
  hangs: "sleep 600",
  "prints nothing": "exit 0",
  "prints half a line": 'real "$@" | head -c 1; exit 0',
  "prints nothing, once for each command": "exit 0",
} as const;

/** A git that counts its calls, and fails at one of them. */
async function faultyGit(scene: KeepScene, fault: string): Promise<string> {
  const program = join(scene.root, "bin/git");
  await mkdir(join(scene.root, "bin"), { recursive: true });
  const script = `#!/bin/bash
real() { exec /usr/bin/git "$@"; }
for arg in "$@"; do case "$arg" in --git-dir=*|--work-tree=*) ;; *) break ;; esac; done
echo "$arg" >> ${scene.root}/calls
mapfile -t calls < ${scene.root}/calls
read -r at < ${scene.root}/fail-at
if [ "\${#calls[@]}" = "$at" ]; then
${fault}
fi
real "$@"
`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  return program;
}

/** Which calls an inspection makes: `fail-at` 0 fails none. */
async function inspectWith(scene: KeepScene, program: string, failAt: number, timeoutMs: number) {
  await writeFile(join(scene.root, "calls"), "");
  await writeFile(join(scene.root, "fail-at"), `${failAt}\n`);
  const inspection = await scene.inspect({ host: { program, timeoutMs } });
  const calls = (await readFile(join(scene.root, "calls"), "utf8")).trim().split("\n");
  return { ...inspection, calls };
}

describe("each call of git of a decision fails in turn (A1)", () => {
  const faults = sampled(
    "ways in which a call of git fails",
    Object.keys(FAULTS) as (keyof typeof FAULTS)[],
    ["prints nothing, once for each command"],
  );
  test.each(faults)("it %s: the workspace stays, and the reason names the call", async (fault) => {
    await using scene = await KeepScene.set();
    // Something for each question: a deleted sparse file, and a changed one that may be a pointer of Git LFS.
    await scene.shell(
      "git update-index -q --refresh; git sparse-checkout set --no-cone /README.md; printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\\nsize 1\\n' > README.md; git commit -qam P; git push -q origin agent/x; printf x > README.md",
    );
    const program = await faultyGit(scene, FAULTS[fault]);
    const whole = await inspectWith(scene, program, 0, 60_000);
    expect(whole.answer).toBe("clean");
    expect(new Set(whole.calls)).toEqual(
      new Set(["config", "cat-file", "rev-list", "read-tree", "status", "ls-files"]),
    );
    for (const [index, call] of whole.calls.entries()) {
      // It prints nothing, so nothing is lost of it.
      if (call === "read-tree" && fault === "prints half a line") continue;
      if (fault === "prints nothing, once for each command" && whole.calls.indexOf(call) < index) continue;
      const { answer, reasons } = await inspectWith(
        scene,
        program,
        index + 1,
        fault === "hangs" ? 1_000 : 60_000,
      );
      const words = reasons.map(({ reason }) => reason).join("\n");
      expect({ index, call, answer }).toEqual({ index, call, answer: "unreadable" });
      expect(words).toContain(`git ${call} `);
    }
  });
});

test("an inspection that is stopped ends its git and throws the reason of the stop", async () => {
  await using scene = await KeepScene.set();
  const program = await faultyGit(scene, "sleep 600 & echo $! > $0.pid; wait");
  await writeFile(join(scene.root, "calls"), "");
  await writeFile(join(scene.root, "fail-at"), "1\n");
  const controller = new AbortController();
  const inspecting = scene.inspect({ host: { program }, signal: controller.signal });
  const pid = await eventually(
    "the child of git",
    async () => (await readFile(`${program}.pid`, "utf8").catch(() => "")).trim() || null,
  );
  controller.abort(new Error("The bot stops"));
  await expect(inspecting).rejects.toThrow("The bot stops");
  await eventually("the end of the child of git", async () => {
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    return state === null || state.includes(") Z ");
  });
});

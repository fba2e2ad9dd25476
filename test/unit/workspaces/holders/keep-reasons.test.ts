import { describe, expect, test } from "../../../support/testing.ts";
import type { BlindCause, HolderUse, KnownHolder } from "../../../../src/workspaces/holders/holder.ts";
import { shownCommand } from "../../../../src/workspaces/holders/notes.ts";
import { holderReason } from "../../../../src/workspaces/holders/rules/keep-reasons.ts";

const PROCESS = { identity: null, pid: 77, command: "node", userId: 1000 };

function known(use: HolderUse, more: Partial<KnownHolder> = {}): KnownHolder {
  return {
    kind: "known",
    use,
    process: PROCESS,
    path: "src/a.ts",
    isRemoved: false,
    locks: [],
    count: 1,
    ...more,
  };
}

describe("what a holder is called", () => {
  test.each<[KnownHolder, string, string]>([
    [known("open"), "in_use", "Process 77 (node) has open `src/a.ts`."],
    [known("working_folder", { path: "" }), "in_use", "Process 77 (node) works in the workspace itself."],
    [
      known("open", { count: 3, isRemoved: true }),
      "in_use",
      "Process 77 (node) has open `src/a.ts` and 2 more, which was removed.",
    ],
    [
      known("open", { locks: ["exclusive flock"] }),
      "in_use",
      "Process 77 (node) has open `src/a.ts`, with exclusive flock.",
    ],
    [
      known("mounted_elsewhere", { process: null }),
      "mounted",
      "Another place, or a container, has mounted `src/a.ts`.",
    ],
    [
      known("loop_device", { process: null }),
      "in_use_by_kernel",
      "A loop device has as its disk `src/a.ts`.",
    ],
    [known("socket", { process: null }), "in_use", "A process listens on the socket `src/a.ts`."],
  ])("%# $use", (holder, code, reason) => {
    expect(holderReason(holder)).toMatchObject({ code, reason });
  });

  test("a process has a remedy that names it", () => {
    expect(holderReason(known("open")).remedy).toContain("kill 77");
  });
});

describe("what is not known counts as in use, with a remedy", () => {
  const CAUSES: readonly BlindCause[] = [
    "unreadable_process",
    "hidden_processes",
    "outside_container",
    "unreadable_mounts",
    "detached_mount",
    "long_path",
    "lost_name",
    "exported",
    "unsettled",
    "moved",
    "too_many_files",
    "scan_failed",
    "no_proc",
  ];

  test.each(CAUSES)("%s", (cause) => {
    const { code, reason, remedy } = holderReason({ kind: "unknown", cause, process: null, count: 2 });
    expect(code).toBe("in_use_unknown");
    expect(reason).toMatch(/^Nobody can say whether it is in use\. [A-Z/0-9].*\.$/);
    expect(remedy).toMatch(/\.$/);
  });

  test.each(["unreadable_process", "hidden_processes", "outside_container", "unreadable_mounts"] as const)(
    "%s is a missing right, and its remedy is one line with a command",
    (cause) => {
      const { remedy } = holderReason({ kind: "unknown", cause, process: null, count: 1 });
      expect(remedy).toContain("`docker compose --profile workspaces up`");
      expect(remedy).not.toContain("\n");
    },
  );

  test("processes are counted, and the first is named", () => {
    const doubt = { kind: "unknown", cause: "unreadable_process", process: PROCESS } as const;
    expect(holderReason({ ...doubt, count: 12 }).reason).toContain(
      "12 processes of other users have open, such as process 77 (node)",
    );
    expect(holderReason({ ...doubt, count: 1 }).reason).toContain(
      "what a process of another user has open, namely process 77",
    );
  });
});

test("a command can't forge or hide anything in a message", () => {
  expect(shownCommand("a`b\u001b[31m(c)\n\u00ff" + "x".repeat(100))).toMatch(/^a'b\?c\? \ufffdx+…$/);
});

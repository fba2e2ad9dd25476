import { describe, expect, test } from "../../../support/testing.ts";
import { blindSpots } from "../../../../src/workspaces/holders/rules/blind-spots.ts";
import { boundSockets } from "../../../../src/workspaces/holders/rules/bound-sockets.ts";
import { parseDescriptorInfo } from "../../../../src/workspaces/holders/rules/descriptor-info.ts";
import { mappedFiles } from "../../../../src/workspaces/holders/rules/mapped-files.ts";
import { parseProcessStat } from "../../../../src/workspaces/holders/rules/process-stat.ts";

describe("/proc/PID/stat", () => {
  const stat = (command: string, flags = 4194304) =>
    `77 (${command}) S 1 77 77 0 -1 ${flags} 300 0 0 0 1 2 0 0 20 0 5 0 987654 8192 100 18446744073709551615`;

  test.each(["node", "a) S 1 (b", "", "two\nlines", "((("])(
    "the command %j does not hide what follows",
    (command) => {
      expect(parseProcessStat(stat(command))).toEqual({
        pid: 77,
        command,
        state: "S",
        isKernelThread: false,
        threads: 5,
        startTicks: 987_654,
      });
    },
  );

  test("a kernel thread is one; half a line is an error", () => {
    expect(parseProcessStat(stat("kworker/0:1", 0x04208060)).isKernelThread).toBe(true);
    expect(() => parseProcessStat("77 (node) S 1 77")).toThrow("not understood");
    expect(() => parseProcessStat("")).toThrow("not understood");
  });
});

describe("/proc/PID/fdinfo", () => {
  test.each([
    { line: "lock:\t1: FLOCK  ADVISORY  WRITE 7 08:01:9 0 EOF", lock: "exclusive flock" },
    { line: "lock:\t1: FLOCK  ADVISORY  READ 7 00:28:257 0 EOF", lock: "shared flock" },
    { line: "lock:\t2: POSIX  ADVISORY  READ 7 08:01:9 0 99", lock: "shared POSIX lock" },
    { line: "lock:\t3: OFDLCK ADVISORY  WRITE -1 08:01:9 0 EOF", lock: "exclusive OFD lock" },
    { line: "lock:\t4: LEASE  ACTIVE    WRITE 7 08:01:9 0 EOF", lock: "exclusive lease" },
    { line: "lock:\t5: NEWEST ADVISORY  WRITE 7 08:01:9 0 EOF", lock: "exclusive lock" },
  ])("$lock", ({ line, lock }) => {
    expect(parseDescriptorInfo(`pos:\t0\nflags:\t02100002\nmnt_id:\t29\nino:\t9\n${line}\n`)).toEqual({
      canWrite: true,
      mountId: 29,
      locks: [lock],
    });
  });

  test("what is only read or only named can't be written to; a thousand locks are a few", () => {
    expect(parseDescriptorInfo("flags:\t0100000\nmnt_id:\t1\n").canWrite).toBe(false);
    expect(parseDescriptorInfo("flags:\t012000000\n")).toEqual({ canWrite: false, mountId: null, locks: [] });
    const lock = "lock:\t1: POSIX  ADVISORY  READ 7 08:01:9 0 99\n";
    expect(parseDescriptorInfo(lock.repeat(1_000)).locks).toHaveLength(5);
  });
});

test("/proc/PID/maps: each mapped file once, whatever its name is", () => {
  const text = [
    "55d0a0000000-55d0a0001000 r--p 00000000 08:01 131 /usr/bin/agent",
    "55d0a0001000-55d0a0002000 r-xp 00001000 08:01 131 /usr/bin/agent",
    "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ",
    "7f0000001000-7f0000002000 rw-s 00000000 00:1c 257                        /srv/a b/two\\012lines (deleted)",
    "7f0000002000-7f0000003000 rw-s 00000000 00:01 5                          /memfd:x (deleted)",
    "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                          [stack]",
    "7fff00000000-7fff00001000 r--p 00000000 00:00 0                          anon_inode:/x",
    "",
  ].join("\n");
  expect(mappedFiles(text)).toEqual([
    { range: "55d0a0000000-55d0a0001000", path: "/usr/bin/agent" },
    { range: "7f0000001000-7f0000002000", path: "/srv/a b/two\nlines (deleted)" },
    { range: "7f0000002000-7f0000003000", path: "/memfd:x (deleted)" },
  ]);
});

test("/proc/net/unix: sockets with a path, also a relative one with spaces; no abstract or unnamed ones", () => {
  const text = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 23456 /srv/agents/one/s
0000000000000000: 00000003 00000000 00000000 0001 03 23457
0000000000000000: 00000002 00000000 00010000 0001 01 23458 @/tmp/abstract
0000000000000000: 00000002 00000000 00010000 0002 01    99 one/two words
`;
  expect(boundSockets(text)).toEqual([
    { inode: "23456", path: "/srv/agents/one/s" },
    { inode: "99", path: "one/two words" },
  ]);
});

describe("processes that can't be seen at all", () => {
  const proc = (options: string) => ({
    id: 1,
    parent: 1,
    device: "0:21",
    root: "/",
    point: "/proc",
    type: "proc",
    source: "proc",
    options,
  });
  const whole = { pidNamespace: "pid:[4026531836]", isAlone: false };
  const [everything, nothing] = ["000001ffffffffff", "0000000000000000"];

  test.each([
    {
      what: "nothing hides them",
      sight: { ...whole, capabilities: nothing, mounts: [proc("rw")] },
      causes: [],
    },
    {
      what: "hidepid=2, as anybody",
      sight: { ...whole, capabilities: nothing, mounts: [proc("rw,hidepid=2")] },
      causes: ["hidden_processes"],
    },
    {
      what: "hidepid by name, as anybody",
      sight: { ...whole, capabilities: nothing, mounts: [proc("rw,hidepid=noaccess")] },
      causes: ["hidden_processes"],
    },
    {
      what: "hidepid=0",
      sight: { ...whole, capabilities: nothing, mounts: [proc("rw,hidepid=0")] },
      causes: [],
    },
    {
      what: "hidepid=2, with CAP_SYS_PTRACE alone",
      sight: { ...whole, capabilities: "0000000000080000", mounts: [proc("rw,hidepid=2")] },
      causes: [],
    },
    {
      what: "a /proc that hides nothing below one that does",
      sight: { ...whole, capabilities: nothing, mounts: [proc("rw,hidepid=2"), proc("rw")] },
      causes: [],
    },
    {
      what: "a container",
      sight: { pidNamespace: "pid:[4026532208]", isAlone: false, capabilities: everything, mounts: [] },
      causes: ["outside_container"],
    },
    {
      what: "a container that is alone with its workspaces",
      sight: { pidNamespace: "pid:[4026532208]", isAlone: true, capabilities: everything, mounts: [] },
      causes: [],
    },
  ])("$what: $causes", ({ sight, causes }) => {
    expect(blindSpots(sight)).toEqual(causes);
  });
});

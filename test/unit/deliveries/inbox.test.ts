import { describe, expect, test } from "../../support/testing.ts";
import { anything, assert, property } from "fast-check";
import { Deadline } from "../../../src/mongo/deadline.ts";
import { GroupCommit } from "../../../src/deliveries/group-commit.ts";
import { aboutOf } from "../../../src/deliveries/rules/about.ts";
import {
  KEPT_BY_GITHUB_MS,
  canResume,
  gapOf,
  readBackMs,
} from "../../../src/deliveries/rules/repair-window.ts";
import { eventually } from "../../support/eventually.ts";

describe("the subject of a delivery", () => {
  const repository = { full_name: "Octo/Hello" };

  test.each([
    { name: "a pull request", payload: { pull_request: { number: 12 } }, about: "octo/hello#12" },
    { name: "a comment on one", payload: { issue: { number: 12 }, comment: {} }, about: "octo/hello#12" },
    {
      name: "a check of one pull request",
      payload: { check_run: { head_sha: "abc", pull_requests: [{ number: 12 }] } },
      about: "octo/hello#12",
    },
    {
      name: "a check of several",
      payload: { check_suite: { head_sha: "abc", pull_requests: [{ number: 12 }, { number: 13 }] } },
      about: "octo/hello@abc",
    },
    { name: "a status", payload: { sha: "abc", state: "success" }, about: "octo/hello@abc" },
    { name: "a push", payload: { ref: "refs/heads/main" }, about: "octo/hello:refs/heads/main" },
    { name: "a repository", payload: { action: "renamed" }, about: "octo/hello" },
  ])("$name has a subject in its repository", ({ payload, about }) => {
    expect(aboutOf({ ...payload, repository })).toMatchObject({ about, repository: "Octo/Hello" });
  });

  test("a payload without a repository is about its installation, or about nothing", () => {
    expect(aboutOf({ action: "deleted", installation: { id: 7 } })).toEqual({
      action: "deleted",
      repository: null,
      installationId: 7,
      about: "installation/7",
    });
    expect(aboutOf({ zen: "Design for failure." }).about).toBeNull();
  });

  test.each(["octo/..", "octo/.", "octo/a.git", "../hello", "octo/a/b", "octo/\u0000", "octo", "-/a"])(
    "an impossible repository such as %j is no subject",
    (name) => {
      const payload = { repository: { full_name: name }, installation: { id: 7 }, issue: { number: 1 } };
      expect(aboutOf(payload)).toMatchObject({ repository: null, about: "installation/7" });
    },
  );

  test.each([-1, 0, 1.5, 2 ** 53, "12", null])("the number %j names nothing", (number) => {
    const of = { installation: { id: number }, pull_request: { number } };
    expect(aboutOf({ repository, ...of })).toMatchObject({ about: "octo/hello", installationId: null });
  });

  test("any payload gives short texts, and never an error", () => {
    assert(
      property(anything(), (payload) => {
        const { action, repository, about } = aboutOf(payload);
        for (const text of [action, repository, about]) expect(text?.length ?? 0).toBeLessThanOrEqual(1_000);
      }),
    );
    expect(aboutOf({ repository, ref: "x".repeat(10_000) }).about?.length).toBeLessThan(1_000);
  });
});

describe("writing in groups", () => {
  /** A store whose writes end when the test says so. */
  function slowStore({ withinMs = 20_000, waitingMax = 100 } = {}) {
    const writes: { items: readonly number[]; end: PromiseWithResolvers<void> }[] = [];
    const group = new GroupCommit<number, string>({
      commit: async (items) => {
        const end = Promise.withResolvers<void>();
        writes.push({ items, end });
        await end.promise;
        return items.map((item) => `wrote ${item}`);
      },
      batchMax: 4,
      inFlightMax: 2,
      besideMin: 3,
      waitingMax,
    });
    const commits = { add: (item: number) => group.add(item, new Deadline(withinMs)) };
    return { commits, writes, batches: () => writes.map(({ items }) => items) };
  }

  test("the first item is written at once, later ones together, and a second write runs in parallel only for many", async () => {
    const { commits, writes, batches } = slowStore();
    const answers = [0, 1, 2].map((item) => commits.add(item));
    expect(batches()).toEqual([[0]]);
    answers.push(commits.add(3));
    expect(batches()).toEqual([[0], [1, 2, 3]]);
    for (const item of [4, 5, 6, 7, 8]) answers.push(commits.add(item));
    expect(batches()).toHaveLength(2);
    // End every write until no item waits.
    await eventually("all of them in a write", () => {
      for (const { end } of writes) end.resolve();
      return batches().flat().length === answers.length;
    });
    for (const { end } of writes) end.resolve();
    expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((item) => `wrote ${item}`));
    expect(batches()[2]).toEqual([4, 5, 6, 7]);
  });

  test("if a write fails, all its items fail, and the next ones are written", async () => {
    const { commits, writes } = slowStore();
    const first = commits.add(1);
    const second = commits.add(2);
    writes[0]?.end.reject(new Error("no primary"));
    await expect(first).rejects.toThrow("no primary");
    await Promise.resolve();
    writes[1]?.end.resolve();
    expect(await second).toBe("wrote 2");
  });

  test("an item that waits too long fails, whether its write has begun or not", async () => {
    const { commits, batches } = slowStore({ withinMs: 20 });
    const answers = await Promise.allSettled([commits.add(1), commits.add(2)]);
    expect(answers).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: "mongodb_unavailable" }) }),
      expect.objectContaining({ reason: expect.objectContaining({ code: "mongodb_unavailable" }) }),
    ]);
    expect(batches()).toEqual([[1]]);
  });

  test("if too many items wait, another one is refused at once", async () => {
    const { commits } = slowStore({ waitingMax: 1, withinMs: 20 });
    const waiting = [commits.add(1), commits.add(2)];
    await expect(commits.add(3)).rejects.toMatchObject({ code: "overloaded" });
    await Promise.allSettled(waiting);
  });

  test("after a large write the next one waits for more items, but only for a short time", async () => {
    const { commits, writes, batches } = slowStore();
    const first = [0, 1, 2, 3].map((item) => commits.add(item));
    writes[0]?.end.resolve();
    writes[1]?.end.resolve();
    await Promise.all(first);
    await Promise.resolve();
    const again = commits.add(4);
    expect(batches()).toEqual([[0], [1, 2, 3]]);
    await eventually("its write", () => batches().length === 3);
    writes[2]?.end.resolve();
    expect(await again).toBe("wrote 4");
  });
});

describe("the time that a repair covers", () => {
  const MINUTE_MS = 60_000;
  const HOUR_MS = 60 * MINUTE_MS;
  const NOW = new Date("2026-03-10T12:00:00Z");
  const ago = (ms: number) => new Date(NOW.getTime() - ms);

  test.each([
    ["never", null, KEPT_BY_GITHUB_MS],
    ["just now", NOW, 10 * MINUTE_MS],
    ["ten minutes ago", ago(10 * MINUTE_MS), 20 * MINUTE_MS],
    ["four days ago", ago(96 * HOUR_MS), KEPT_BY_GITHUB_MS],
  ])(
    "if the log was last read %s, it is read from a little earlier, within GitHub's retention",
    (_when, readTo, ms) => {
      expect(readBackMs(readTo, NOW)).toBe(ms);
    },
  );

  test.each([
    [HOUR_MS, "closing"],
    [49 * HOUR_MS, "alarming"],
    [73 * HOUR_MS, "lost"],
  ])("a gap of %i ms is %s", (ageMs, state) => {
    expect(gapOf(ago(ageMs), NOW)).toBe(state);
  });

  test("an interrupted reading can be resumed for an hour", () => {
    expect([canResume(ago(59 * MINUTE_MS), NOW), canResume(ago(HOUR_MS), NOW)]).toEqual([true, false]);
  });
});

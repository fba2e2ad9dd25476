import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import type { RepositoryNews, StoredRepository } from "../../../src/installations/repository.ts";
import { newerNews } from "../../../src/installations/rules/newer-news.ts";
import { sampledInputs } from "../../support/sample.ts";

const RECEIVED = new Date("2026-01-05T09:00:00Z");
const NEW: StoredRepository = {
  _id: 1,
  fullName: "octo/a",
  namedAt: null,
  formerNames: [],
  installationId: null,
  reachable: true,
  reachableAt: null,
  archived: false,
  settingsSha: null,
  lastChange: null,
  toldAt: RECEIVED,
};
const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 9, 0, second));

/** What is stored after these reports, in the order in which they came. */
function after(news: readonly RepositoryNews[], known?: StoredRepository) {
  let stored = known;
  for (const [index, told] of news.entries()) {
    const receivedAt = new Date(RECEIVED.getTime() + index);
    stored = { ...(stored ?? NEW), ...newerNews(stored, told, receivedAt) };
  }
  return stored;
}

const renamed = (nameBefore: string, fullName: string, second: number | null): RepositoryNews => ({
  _id: 1,
  fullName,
  nameBefore,
  namedAt: second === null ? null : at(second),
});
const access = (reachable: boolean, second: number): RepositoryNews => ({
  _id: 1,
  fullName: "octo/a",
  installationId: 5,
  reachable,
  reachableAt: at(second),
});

/** Names one after the other, perhaps with names that it had before, and the order in which the reports come, some twice. */
const histories = fc
  .tuple(
    fc.array(fc.constantFrom("octo/a", "octo/b", "octo/c", "acme/a", "Acme/B"), {
      minLength: 2,
      maxLength: 7,
    }),
    fc.array(fc.nat({ max: 20 }), { maxLength: 6 }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([names, repeated, order]) => {
    const chain = names.filter((name, index) => name.toLowerCase() !== names[index - 1]?.toLowerCase());
    const news = chain.slice(1).map((name, index) => renamed(chain[index] ?? "", name, index + 1));
    const again = repeated.flatMap((index) => news[index % Math.max(1, news.length)] ?? []);
    const shuffled = [...news, ...again]
      .map((each) => ({ each, place: order.next().value ?? 0 }))
      .toSorted((one, other) => one.place - other.place)
      .map(({ each }) => each);
    return { chain, shuffled };
  });

describe("the name of a repository", () => {
  test("is the last one, in whatever order its renamings are reported, some of them twice", () => {
    fc.assert(
      fc.property(histories, ({ chain, shuffled }) => {
        const last = chain.at(-1) ?? "";
        const stored = after(shuffled, { ...NEW, fullName: chain[0] ?? "" });
        expect(stored?.fullName).toBe(last);
        const others = new Set(chain.map((name) => name.toLowerCase()));
        others.delete(last.toLowerCase());
        expect(new Set(stored?.formerNames)).toEqual(others);
      }),
      sampledInputs({ all: 20_000, sample: 500 }),
    );
  });

  test("follows reports of one second, and those without a time, that come in their order", () => {
    for (const second of [null, 7]) {
      const chain = [renamed("octo/a", "octo/b", second), renamed("octo/b", "octo/a", second)];
      expect(
        after(
          [chain[0]].flatMap((each) => each ?? []),
          NEW,
        )?.fullName,
      ).toBe("octo/b");
      expect(after(chain, NEW)?.fullName).toBe("octo/a");
      const further = [...chain, renamed("octo/a", "octo/c", second), ...chain];
      expect(after(further, NEW)?.fullName).toBe("octo/c");
    }
  });

  test("is not changed by an old list of an installation's repositories", () => {
    const list = { _id: 1, fullName: "octo/a", namedAt: at(1), reachableAt: at(1), reachable: true };
    const stored = after([list, renamed("octo/a", "octo/b", 5), list]);
    expect(stored).toMatchObject({ fullName: "octo/b", formerNames: ["octo/a"], reachable: true });
  });

  test("is GitHub's answer to a question, whatever was reported", () => {
    const answer = { _id: 1, fullName: "octo/a", namedAt: at(5), isCertain: true };
    const stored = after([renamed("octo/a", "octo/b", 5), answer]);
    expect(stored).toMatchObject({ fullName: "octo/a", formerNames: ["octo/b"] });
  });

  test("keeps the latest of many former names", () => {
    const names = Array.from({ length: 30 }, (_, index) => `octo/n-${index}`);
    const news = names.slice(1).map((name, index) => renamed(names[index] ?? "", name, index));
    expect(after(news)?.formerNames).toEqual(names.slice(-21, -1));
  });
});

describe("the access to a repository", () => {
  test("is that of the latest report, in whatever order they come", () => {
    const steps = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
    const order = fc.infiniteStream(fc.nat());
    fc.assert(
      fc.property(steps, order, (reachable, places) => {
        const news = reachable.map((each, index) => access(each, index));
        const shuffled = news
          .map((each) => ({ each, place: places.next().value ?? 0 }))
          .toSorted((one, other) => one.place - other.place);
        const stored = after(shuffled.map(({ each }) => each));
        expect(stored?.reachable).toBe(reachable.at(-1));
      }),
      { numRuns: 500 },
    );
  });

  test("moves with a repository to another owner, in whatever order both installations report it", () => {
    const lost = access(false, 9);
    const gained = { ...access(true, 3), installationId: 6 };
    const held = after([access(true, 5)]);
    for (const news of [
      [lost, gained],
      [gained, lost],
    ]) {
      expect(after(news, held)).toMatchObject({ reachable: true, installationId: 6 });
    }
  });

  test("is lost with the repository, whatever its installation said last", () => {
    const deleted = { _id: 1, fullName: "octo/a", reachable: false };
    expect(after([access(true, 9), deleted])?.reachable).toBe(false);
  });
});

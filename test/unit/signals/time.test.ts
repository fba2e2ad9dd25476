import { OrbError } from "../../../src/errors.ts";
import { readTime } from "../../../src/text/rfc3339-time.ts";
import { conflictWith } from "../../../src/signals/rules/same-event.ts";
import { countedTime, readArriving } from "../../../src/signals/rules/time-ahead.ts";
import { describe, expect, test } from "../../support/testing.ts";

describe("a time of RFC 3339 is read", () => {
  test.each([
    ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"],
    ["2026-03-01t12:00:00z", "2026-03-01T12:00:00.000Z"],
    ["2026-03-01T12:00:00.5Z", "2026-03-01T12:00:00.500Z"],
    ["2026-03-01T12:00:00.123456789012345678901234567890Z", "2026-03-01T12:00:00.123Z"],
    ["2026-03-01T12:00:00.9999Z", "2026-03-01T12:00:00.999Z"],
    ["2026-03-01T12:00:00+05:30", "2026-03-01T06:30:00.000Z"],
    ["2026-03-01T12:00:00-08:00", "2026-03-01T20:00:00.000Z"],
    ["2026-03-01T12:00:00-00:00", "2026-03-01T12:00:00.000Z"],
    ["2026-03-01T00:30:00+23:59", "2026-02-28T00:31:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z"],
    ["1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z"],
    ["2016-12-31T23:59:60.75z", "2017-01-01T00:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ])("%s", (text, expected) => {
    expect(readTime(text)?.toISOString()).toBe(expected);
  });

  test.each([
    "2026-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:60:00Z",
    "2026-03-01T12:00:61Z",
    "2026-03-01T12:00:60Z",
    "2026-03-14T23:59:60Z",
    "2026-03-01T12:00:00",
    "2026-03-01T12:00Z",
    "2026-03-01T12:00:00.Z",
    "2026-03-01T12:00:00,5Z",
    "2026-03-01T12:00:00+0100",
    "2026-03-01T12:00:00+24:00",
    "2026-03-01",
    "20260301T120000Z",
    "+002026-03-01T12:00:00Z",
    " 2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00Z\n",
    "",
  ])("but not %j", (text) => {
    expect(readTime(text)).toBeNull();
  });
});

describe("a signal's time", () => {
  const NOW = new Date("2026-03-01T12:00:00.000Z");
  const event = (time?: string) => ({
    specversion: "1.0",
    id: "e-1",
    source: "urn:test",
    type: "orb.project.failed",
    ...(time !== undefined && { time }),
    data: { project: "p-1" },
  });

  test.each(["2026-03-01T12:05:00Z", "2026-03-01T12:00:00Z", "1970-01-01T00:00:00Z", undefined])(
    "%s may arrive at 12:00",
    (time) => {
      expect(readArriving(event(time), NOW).time).toEqual(time === undefined ? NOW : new Date(time));
    },
  );

  test.each([
    "2026-03-01T12:05:00.001Z",
    "2026-03-01T13:05:00.001+01:00",
    "2126-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ])("%s may not, and the reason has both times", (time) => {
    expect(() => readArriving(event(time), NOW)).toThrow(OrbError);
    expect(() => readArriving(event(time), NOW)).toThrow(
      `time: ${new Date(time).toISOString()} is more than five minutes ahead of the bot's clock, ${NOW.toISOString()}.`,
    );
  });

  test("counts unless it was far ahead when the signal arrived", () => {
    const ahead = new Date("2126-01-01T00:00:00Z");
    expect(countedTime(ahead, NOW)).toBe(NOW);
    const near = new Date(NOW.getTime() + 5 * 60_000);
    expect(countedTime(near, NOW)).toBe(near);
  });

  describe("and its content decide whether it is a copy:", () => {
    const stored = (time?: string) => ({ ...readArriving(event(time), NOW), receivedAt: NOW });
    const AGAIN = new Date(NOW.getTime() + 60_000);
    const TIME = "2026-03-01T11:00:00Z";

    test.each([
      ["the same event", TIME, event(TIME)],
      ["the same time, written otherwise", TIME, event("2026-03-01t12:00:00.000+01:00")],
      ["no time, both times", undefined, event()],
      [
        "a field that is not read",
        TIME,
        { ...event(TIME), subject: "x", data: { project: "p-1", other: 1 } },
      ],
    ])("%s is one", (_what, time, again) => {
      expect(conflictWith(stored(time), readArriving(again, AGAIN), AGAIN)).toBeNull();
    });

    test("a text that was cut in an emoji is stored with another letter, and is still the same", () => {
      const cut = (half: string) => ({ ...event(TIME), data: { project: "p-1", reason: `cut ${half}` } });
      const known = { ...readArriving(cut("\ufffd"), NOW), receivedAt: NOW };
      expect(conflictWith(known, readArriving(cut("\ud83d"), AGAIN), AGAIN)).toBeNull();
    });

    test.each([
      ["another time", event("2026-03-01T11:00:01Z")],
      ["another type", { ...event(TIME), type: "orb.project.cancelled" }],
      ["another project", { ...event(TIME), data: { project: "p-2" } }],
      ["one field more", { ...event(TIME), data: { project: "p-1", reason: "none" } }],
    ])("%s is a conflict, and the reason names what is stored", (_what, other) => {
      const conflict = conflictWith(stored(TIME), readArriving(other, AGAIN), AGAIN);
      expect(conflict?.code).toBe("signal_conflict");
      expect(conflict?.reason).toBe(
        'The id "e-1" of the source "urn:test" belongs to another event: orb.project.failed of the project p-1, with the ' +
          "time 2026-03-01T11:00:00.000Z, stored 2026-03-01T12:00:00.000Z.",
      );
    });
  });
});

import { describe, expect, test } from "../../support/testing.ts";
import {
  BegunSignIns,
  challengeOf,
  isStateOf,
  SIGN_IN_WITHIN_MS,
  stateOf,
  verifierOf,
} from "../../../src/sessions/begun-sign-in.ts";
import { Secret } from "../../../src/secret.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const signIns = new BegunSignIns(new Secret("the client secret"));
const after = (ms: number) => new Date(NOW.getTime() + ms);

describe("a sign-in that somebody has begun", () => {
  const begun = signIns.begin("/admin/projects", NOW);
  const cookie = signIns.write(begun);

  test("is read from its cookie by every instance, for ten minutes", () => {
    const other = new BegunSignIns(new Secret("the client secret"));
    expect(other.read(cookie, after(SIGN_IN_WITHIN_MS - 1))).toEqual(begun);
    expect(other.read(cookie, after(SIGN_IN_WITHIN_MS))).toBeNull();
  });

  test("is not read from a cookie that somebody else wrote, or changed", () => {
    const [text = "", seal = ""] = cookie.split(".");
    const longer = Buffer.from(JSON.stringify({ ...begun, begunAtMs: NOW.getTime() + 9_999_999 }));
    const strangers = new BegunSignIns(new Secret("another")).write(begun);
    for (const wrong of [
      "",
      ".",
      text,
      `${text}.`,
      `.${seal}`,
      `${text}.${seal.slice(0, -2)}`,
      `${text}x.${seal}`,
      `${longer.toString("base64url")}.${seal}`,
      strangers,
    ]) {
      expect(signIns.read(wrong, NOW)).toBeNull();
    }
  });

  test("has a state, a verifier and a challenge that do not follow from each other", () => {
    const texts = [begun.secret, stateOf(begun), verifierOf(begun), challengeOf(begun)];
    expect(new Set(texts).size).toBe(4);
    for (const text of texts) expect(text).toMatch(/^[\w-]{43}$/);
  });

  test("has a state of its own", () => {
    expect(isStateOf(stateOf(begun), begun)).toBe(true);
    for (const state of ["", "x", `${stateOf(begun)}x`, stateOf(signIns.begin("/admin/projects", NOW))]) {
      expect(isStateOf(state, begun)).toBe(false);
    }
  });
});

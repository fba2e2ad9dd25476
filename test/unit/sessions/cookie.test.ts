import { describe, expect, test } from "../../support/testing.ts";
import { Cookie } from "../../../src/sessions/cookie.ts";

const secure = new Cookie("orb_session", { isSecure: true, sameSite: "strict" });
const plain = new Cookie("orb_sign_in", { isSecure: false, sameSite: "lax" });

describe("a cookie", () => {
  test("is for this host alone, for all its paths, and for no script", () => {
    expect(secure.set("abc", 60.9)).toBe(
      "__Host-orb_session=abc; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict",
    );
    expect(plain.set("abc", 60)).toBe("orb_sign_in=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
  });

  test("that has ended, or is to be forgotten, has no time left", () => {
    expect(secure.set("abc", -1)).toContain("Max-Age=0;");
    expect(secure.clear()).toContain("__Host-orb_session=; Max-Age=0; Path=/;");
  });

  test.each([
    [undefined, null],
    ["", null],
    ["other=1", null],
    ["__Host-orb_session=abc", "abc"],
    ["a=b; __Host-orb_session=abc; c=d", "abc"],
    ["orb_session=abc", null],
    ["x__Host-orb_session=abc", null],
    ["__host-orb_session=abc", null],
    ["a=__Host-orb_session", null],
    ["__Host-orb_session", null],
    ["__Host-orb_session=", ""],
    ["__Host-orb_session=one; __Host-orb_session=two", "one"],
    ["__proto__=x; __Host-orb_session=abc", "abc"],
  ])("in the header %j is %j", (header, value) => {
    expect(secure.read(header)).toBe(value);
  });
});

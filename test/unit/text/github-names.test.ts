import { describe, expect, test } from "../../support/testing.ts";
import { isBotLogin, isLogin, isRepositoryName } from "../../../src/text/github-names.ts";

describe("a login", () => {
  test.each(["octocat", "a", "0x1", "Octo-Cat", "octocat_acme", "ends-", "two--hyphens", "x".repeat(39)])(
    "may be %s",
    (name) => {
      expect([isLogin(name), isBotLogin(name), isBotLogin(`${name}[bot]`)]).toEqual([true, false, true]);
    },
  );

  test.each([
    "",
    "-octo",
    "octo.cat",
    "octo/cat",
    "octo cat",
    "x".repeat(40),
    "octo\n",
    "octo\0",
    "[bot]",
    "..",
  ])("is never %j", (name) => {
    expect([isLogin(name), isBotLogin(`${name}[bot]`)]).toEqual([false, false]);
  });
});

describe("the full name of a repository", () => {
  test.each([
    "octo/hello",
    "octo/.github",
    "octo_acme/a",
    "octo/a..b",
    "octo/-",
    "octo/git",
    `o/${"x".repeat(100)}`,
  ])("may be %s", (name) => expect(isRepositoryName(name)).toBe(true));

  test.each([
    "octo",
    "octo/",
    "/hello",
    "octo/.",
    "octo/..",
    "octo/hello.git",
    "octo/.GIT",
    "octo/a/b",
    "../hello",
    "octo/a b",
    "octo/ä",
    "octo/a\n",
    "octo/a\0",
    "octo/a?b",
    "octo/a#1",
    "octo/%2e%2e",
    `o/${"x".repeat(101)}`,
  ])("is never %j", (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });
});

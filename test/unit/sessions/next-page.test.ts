import { describe, expect, test } from "../../support/testing.ts";
import { nextPage } from "../../../src/sessions/rules/next-page.ts";

describe("after a sign-in", () => {
  test.each([
    ["/admin", "/admin"],
    ["/admin/", "/admin/"],
    ["/admin/projects?status=open&q=a b", "/admin/projects?status=open&q=a%20b"],
    ["/admin/a/../b", "/admin/b"],
    ["/admin/<script>", "/admin/%3Cscript%3E"],
    ["/admin?next=https://evil.example.com", "/admin?next=https://evil.example.com"],
    ["/admin#top", "/admin"],
  ])("%j leads to %j", (asked, path) => {
    expect(nextPage(asked)).toBe(path);
  });

  test.each([
    "",
    "/",
    "admin",
    "/administrator",
    "/admin/../api/v1/tokens",
    "/admin/..%2f..%2fapi",
    "/admin/%2e%2e/api",
    "/admin/.%2E/api",
    "/admin//evil.example.com",
    "/admin/\\evil.example.com/\\x",
    "/admin%5c..",
    "//evil.example.com/admin",
    "///evil.example.com/admin",
    "/\\evil.example.com/admin",
    "\\\\evil.example.com/admin",
    "/\t/evil.example.com/admin",
    "\t//evil.example.com/admin",
    " /admin",
    "https://evil.example.com/admin",
    "https:/admin",
    "https://orb.invalid/admin",
    "javascript:alert(1)//admin",
    "data:text/html,/admin",
    "/api/v1/tokens",
    `/admin/${"x".repeat(500)}`,
  ])("%j leads nowhere", (asked) => {
    expect(nextPage(asked)).toBeNull();
  });
});

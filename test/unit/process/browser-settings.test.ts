import { describe, expect, test } from "../../support/testing.ts";
import { loadConfig } from "../../../src/config.ts";
import { configProblems, type Env } from "../../support/bot/config-problems.ts";
import { botEnvironment } from "../../support/bot/environment.ts";

const REQUIRED: Env = botEnvironment({ mongodbUri: "mongodb://127.0.0.1:27017/orb-bot" });

describe("PUBLIC_URL", () => {
  test.each([
    ["https://orb.example.com", "https://orb.example.com"],
    ["https://orb.example.com/", "https://orb.example.com"],
    ["https://ORB.example.com:443", "https://orb.example.com"],
    ["https://orb.example.com:8443", "https://orb.example.com:8443"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://orb.localhost", "http://orb.localhost"],
    ["http://127.0.0.1:3000/", "http://127.0.0.1:3000"],
    ["http://[::1]:3000", "http://[::1]:3000"],
  ])("%s is the origin %s", (given, origin) => {
    expect(loadConfig({ ...REQUIRED, PUBLIC_URL: given }).http.publicUrl).toBe(origin);
  });

  test.each([
    ["orb.example.com", "http:// or https://"],
    ["ftp://orb.example.com", "http:// or https://"],
    ["https://orb.example.com/orb", "without a path"],
    ["https://orb.example.com/?a=b", "without a path"],
    ["https://me:secret@orb.example.com", "without a path"],
    ["http://orb.example.com", "must begin with https://"],
    ["http://localhost.example.com", "must begin with https://"],
    ["http://128.0.0.1", "must begin with https://"],
    ["http://notlocalhost", "must begin with https://"],
  ])("%s is refused", (given, because) => {
    expect(configProblems({ ...REQUIRED, PUBLIC_URL: given })).toEqual([
      expect.stringMatching(new RegExp(`^PUBLIC_URL .*${because}`)),
    ]);
  });

  test("that is unset is unknown", () => {
    expect(loadConfig(REQUIRED).http.publicUrl).toBeNull();
  });
});

describe("SIGN_IN_ALLOWED", () => {
  const OTHERS: Env = {
    GITHUB_CLIENT_ID: "Iv1.client",
    GITHUB_CLIENT_SECRET: "the-client-secret",
    PUBLIC_URL: "https://orb.example",
  };

  test("lets people sign in with GitHub, and nobody can without it", () => {
    // Probot's set-up page has written the others, and nobody has said who may sign in.
    expect(loadConfig({ ...REQUIRED, ...OTHERS }).signIn).toBeNull();
    const { signIn } = loadConfig({ ...REQUIRED, ...OTHERS, SIGN_IN_ALLOWED: "octocat=admin" });
    expect(signIn).toMatchObject({ clientId: "Iv1.client", publicUrl: "https://orb.example" });
  });

  test("needs everything else for it", () => {
    expect(configProblems({ ...REQUIRED, SIGN_IN_ALLOWED: "octocat=admin" })).toEqual([
      "GITHUB_CLIENT_ID is not set, and SIGN_IN_ALLOWED needs it",
      "GITHUB_CLIENT_SECRET is not set, and SIGN_IN_ALLOWED needs it",
      "PUBLIC_URL is not set, and SIGN_IN_ALLOWED needs it",
    ]);
  });

  test("that is wrong says how it is written, and which entry is wrong", () => {
    expect(configProblems({ ...REQUIRED, ...OTHERS, SIGN_IN_ALLOWED: "ann=read,octocat" })).toEqual([
      'SIGN_IN_ALLOWED must have entries like octocat=admin, org:acme=read or team:acme/ops=read+write, with the scopes read, write, signals:write, admin, but has "octocat"',
    ]);
  });
});

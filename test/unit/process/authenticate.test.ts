import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Secret } from "../../../src/secret.ts";
import { Tokens } from "../../../src/tokens/authenticate.ts";

const TOKEN = "orb_0123456789abcdef0123456789abcdef";
const tokens = new Tokens(new Secret(TOKEN));

test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}  `])(
  "%j names the administrator, with every scope",
  async (header) => {
    expect(await tokens.authenticate(header)).toEqual({
      name: "bootstrap",
      scopes: new Set(["read", "write", "signals:write", "admin"]),
    });
  },
);

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  TOKEN,
  `Basic ${TOKEN}`,
  `Bearer${TOKEN}`,
  ` Bearer ${TOKEN}`,
  `Bearer ${TOKEN}x`,
  `Bearer ${TOKEN.slice(0, -1)}`,
  `Bearer ${TOKEN.toUpperCase()}`,
  `Bearer x ${TOKEN}`,
  `Bearer ${TOKEN} ${TOKEN}`,
  `Bearer ${TOKEN}, Bearer ${TOKEN}`,
  `Bearer ${TOKEN}\nX: y`,
  `Bearer [redacted]`,
])("%j names nobody", async (header) => {
  expect(await tokens.authenticate(header)).toBeNull();
});

test("no other token names anybody", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (other) => {
      fc.pre(other !== TOKEN);
      expect(await tokens.authenticate(`Bearer ${other}`)).toBeNull();
    }),
  );
});

test("where the environment has no token, nothing names anybody", async () => {
  const none = new Tokens(null);
  for (const header of [undefined, "Bearer ", "Bearer null", "Bearer undefined", `Bearer ${TOKEN}`]) {
    expect(await none.authenticate(header)).toBeNull();
  }
});

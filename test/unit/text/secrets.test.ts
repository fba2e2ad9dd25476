import * as fc from "fast-check";
import { withoutSecrets, withoutSecretsInside } from "../../../src/text/secrets/without-secrets.ts";
import { sanitizeInline, sanitizeMarkdown, sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { effortOf } from "../../support/effort.ts";
import { describe, expect, test } from "../../support/testing.ts";
import { sampled, sampledInputs } from "../../support/sample.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { NO_SECRETS } from "./no-secrets.ts";
import { POLICY } from "./policies.ts";
import {
  ADDRESSES,
  FORMATTED,
  NAMED_TOKENS,
  PASSWORDS,
  PRIVATE_KEYS,
  SPLIT_TOKENS,
  TOKENS,
} from "./secret-forms.ts";

/** The text with its marks, as a test writes it, and what must become of it. */
function form(marked: string, words: string) {
  const whole = marked.replaceAll("¦", "");
  return { text: whole.replaceAll(/[«»]/g, ""), expected: whole.replaceAll(/«[^»]*»/g, words) };
}

/** The name of a test must not hold what scanners look for. */
function named(forms: readonly string[], words: string) {
  return forms.map((marked) => ({ name: marked.slice(0, 60), ...form(marked, words) }));
}

const AROUND = [
  "%",
  "see %, please",
  "(%)",
  "`%`",
  '"%"',
  "x=%",
  "https://x.y/?a=%",
  "line\n%\nline",
  "a|%|b",
];

describe("the text without secrets", () => {
  test.each(
    named(
      TOKENS.map((token) => `«${token}»`),
      "[token removed]",
    ),
  )("has no token such as $name, whatever is around it", ({ text, expected }) => {
    for (const around of AROUND) {
      const written = (token: string) => around.replace("%", token);
      expect(withoutSecrets(written(text))).toBe(written(expected));
    }
  });

  test.each([
    ...named(NAMED_TOKENS, "[token removed]"),
    ...named(PASSWORDS, "[password removed]"),
    ...named(ADDRESSES, ""),
    ...named(PRIVATE_KEYS, "[private key removed]"),
  ])("keeps everything but the secret in $name", ({ text, expected }) => {
    expect(withoutSecrets(text)).toBe(expected);
    expect(withoutSecrets(expected)).toBe(expected);
  });

  test("has no secret key beside Amazon's key id", () => {
    const { text } = form(`AK¦IAIOSFODNN7ABCDEFG wJalrXUtnFEMI/K7MDENG/bPxRfiCYABCDEFGKEY`, "");
    expect(withoutSecrets(text)).toBe("[token removed] [token removed]");
  });

  test.each(NO_SECRETS.map((marked) => ({ name: marked.slice(0, 60), text: marked.replaceAll("¦", "") })))(
    "is the same if it has none: $name",
    ({ text }) => {
      expect(withoutSecrets(text)).toBe(text);
    },
  );
});

describe("a secret that something unseen splits", () => {
  const token = "gh¦p_abcdefghijklmnopqrstuvwxyz0123456789".replace("¦", "");

  test.each(Object.entries(SPLIT_TOKENS))("is removed whole: %s", (_what, unseen) => {
    for (const at of [2, 4, 10, 30]) {
      const split = `${token.slice(0, at)}${unseen}${token.slice(at)}`;
      expect(withoutSecrets(`a ${split} b`)).toBe("a [token removed] b");
    }
    expect(withoutSecrets(`password: hun${unseen}ter2 b`)).toBe("password: [password removed] b");
  });

  test("is removed if characters of it are written as references or escapes", () => {
    expect(withoutSecrets(token.replace("_", "&#95;"))).toBe("[token removed]");
    expect(withoutSecrets(token.replace("_", "&lowbar;"))).toBe("[token removed]");
    expect(withoutSecrets(token.replace("_", "\\_"))).toBe("[token removed]");
    expect(withoutSecrets("password&#58; &quot;hunter2&quot;")).toBe(
      "password&#58; &quot;[password removed]&quot;",
    );
  });

  test("is removed if it is itself unseen", () => {
    expect(withoutSecrets(`a <!-- ${token} --> b`)).toBe("a <!-- [token removed] --> b");
    expect(withoutSecrets(`\u001b]0;${token}\u0007 b`)).toBe("\u001b]0;[token removed]\u0007 b");
  });

  test("does not change what is unseen elsewhere", () => {
    const text = "a\u200bb &amp; \\_c\\_ \u001b[31m";
    expect(withoutSecrets(`${text} ${token} ${text}`)).toBe(`${text} [token removed] ${text}`);
  });

  test("is removed from a line that is sanitised", () => {
    expect(sanitizeText(`a ${token.slice(0, 9)}\u200b${token.slice(9)}`, 100)).toBe("a [token removed]");
  });
});

describe("a secret that Markdown's formatting splits", () => {
  const token = "gh¦p_abcdefghijklmnopqrstuvwxyz0123456789".replace("¦", "");
  const sanitize = [
    (text: string) => sanitizeMarkdown(text, 1_000, POLICY),
    (text: string) => sanitizeInline(text, 1_000, POLICY),
  ];

  test.each(Object.entries(FORMATTED))("is removed whole: %s", (_what, formatting) => {
    for (const at of [2, 4, 10, 30]) {
      const formatted = formatting.replace("‹›", token.slice(at, at + 3));
      const split = `${token.slice(0, at)}${formatted}${token.slice(at + 3)}`;
      for (const clean of sanitize) expect(clean(`a ${split} b`)).toBe(String.raw`a \[token removed] b`);
    }
  });

  test("is removed if only its name is formatted", () => {
    for (const clean of sanitize) {
      expect(clean("*Password:* hunter2")).toBe(String.raw`*Password:* \[password removed]`);
    }
  });

  test("is removed from lists and tables, and what is around it stays", () => {
    const split = `${token.slice(0, 9)}*${token.slice(9, 20)}*${token.slice(20)}`;
    const text = `Some *words*\n\n- one ${split}\n- two\n\n| a | b |\n| - | - |\n| x | ${split} |`;
    const [clean] = sanitize;
    expect(clean?.(text)).toBe(text.replaceAll(split, String.raw`\[token removed]`));
  });

  test("is no reason to change words that are no secret", () => {
    const text = "Use `--password` and *token*: `foo`, [bar](https://github.com/o/r) or `Token::Identifier`";
    for (const clean of sanitize) expect(clean(text)).toBe(text);
  });
});

describe("removing secrets", () => {
  test("twice changes nothing", () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        const once = withoutSecrets(text);
        expect(withoutSecrets(once)).toBe(once);
      }),
      sampledInputs({ all: 2_000 }),
    );
  });

  test("reaches every text in a value, and keeps all other values", () => {
    const at = new Date(0);
    const value = { at, none: null, count: 1, texts: ["password: hunter2", { deep: "PASSWORD=hunter2" }] };
    expect(withoutSecretsInside(value)).toEqual({
      at,
      none: null,
      count: 1,
      texts: ["password: [password removed]", { deep: "PASSWORD=[password removed]" }],
    });
  });

  const CHARACTERS = 65_536;
  const EFFORT_MAX = 20;
  const UNITS = [
    ...TOKENS,
    ...NAMED_TOKENS,
    ...PASSWORDS,
    ...ADDRESSES,
    ...PRIVATE_KEYS,
    ...Object.values(SPLIT_TOKENS),
    ...Object.values(FORMATTED),
    ..."eyJ -eyJ eyJaaaaaaaaaaaa. ghp_ xox a://b: https://a: https://a:b/ @ \\ & &# <!-- <!--a \u001b] \u001b[ + = a A a1 \" ' ` |".split(
      " ",
    ),
    ...'password:␣ token=token= PASSWORD=\' password:"a␣ authorization:␣ cookie:␣a= curl␣-u␣a: ␣ ⏎ word⏎ MIIE␣ ]( token:␣a␣ password:␣|⏎ PASSWORD="\\\\ with␣password␣ docker␣login␣ AAAA'.split(
      " ",
    ),
  ].map((unit) => unit.replaceAll(/[«»¦]/g, "").replaceAll("␣", " ").replaceAll("⏎", "\n"));

  const SOME_UNITS = UNITS.filter((_, index) => index % 4 === 0);

  test.each(
    sampled("repeated texts", UNITS, SOME_UNITS).map((unit) => ({
      name: JSON.stringify(unit.slice(0, 24)),
      unit,
    })),
  )("is cheap in 64 KiB of $name", ({ unit }) => {
    const text = unit.repeat(Math.ceil(CHARACTERS / unit.length)).slice(0, CHARACTERS);
    expect(effortOf(() => withoutSecrets(text), { atMost: EFFORT_MAX })).toBeLessThan(EFFORT_MAX);
  });
});

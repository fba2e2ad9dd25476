import { expect, test } from "@jest/globals";
import { wantsDraft } from "../../../../src/pull-requests/plan/rules/wants-draft.ts";

test.each([
  { draft: "signal", asked: undefined, risks: [], wants: false },
  { draft: "signal", asked: true, risks: [], wants: true },
  { draft: "signal", asked: false, risks: ["a risk"], wants: false },
  { draft: "always", asked: false, risks: [], wants: true },
  { draft: "never", asked: true, risks: ["a risk"], wants: false },
  { draft: "risky", asked: undefined, risks: [], wants: false },
  { draft: "risky", asked: true, risks: [], wants: true },
  { draft: "risky", asked: false, risks: ["a risk"], wants: true },
] as const)(
  "the settings say $draft, the signal asks $asked, the risks are $risks: $wants",
  ({ draft, asked, risks, wants }) => {
    const completion = asked === undefined ? {} : { draft: asked };
    expect(wantsDraft({ completion, settings: { draft }, analysis: { risks } })).toBe(wants);
  },
);

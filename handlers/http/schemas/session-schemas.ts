import { z } from "zod";
import { SCOPES } from "../../../src/tokens/scope.ts";
import { noBody } from "./no-body.ts";

const problem = z.object({ code: z.string(), reason: z.string(), remedy: z.string() });
const session = z
  .object({
    actor: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: "null: nobody is signed in, and there is no token." }),
    scopes: z.array(z.enum(SCOPES)),
    csrfToken: z
      .string()
      .nullable()
      .meta({ description: "For the header X-CSRF-Token of each change by this session." }),
    startedAt: z.date().nullable(),
    idleEndsAt: z.date().nullable().meta({ description: "If nobody uses it any more." }),
    endsAt: z.date().nullable().meta({ description: "At the latest." }),
    signInWithGitHub: z.object({
      address: z.string().nullable().meta({ description: "Where to send a browser." }),
      problem: problem.nullable().meta({ description: "Why nobody can." }),
    }),
  })
  .meta({ id: "Session", description: "Who a browser, or a token, is." });

export const SHOW = {
  response: { 200: session },
  operation: {
    id: "showSession",
    tag: "Access",
    summary: "Say who one is",
    description: "Everybody may ask.",
  },
} as const;

export const SIGN_IN = {
  body: noBody,
  response: { 201: session },
  operation: {
    id: "signIn",
    tag: "Access",
    summary: "Exchange a token for the cookie of a session",
    description: "Needs a token of any scope. docs/signing-in.md says what is checked.",
    problems: ["sign_in_refused", "csrf_refused"],
  },
} as const;

export const SIGN_OUT = {
  body: noBody,
  response: { 200: session },
  operation: {
    id: "signOut",
    tag: "Access",
    summary: "End the session of the cookie",
    problems: ["csrf_refused"],
  },
} as const;

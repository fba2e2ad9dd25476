// The schemas of the routes in `tokens.ts`.

import { z } from "zod";
import { pageOf, pageQuery } from "../../../src/http/page.ts";
import { SCOPES } from "../../../src/tokens/scope.ts";
import { noBody } from "./no-body.ts";

export const OVERLAP_MINUTES = 60;
const OVERLAP_MINUTES_MAX = 7 * 24 * 60;

/** A line for people. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    // oxlint-disable-next-line no-control-regex -- that is the point
    .regex(/^[^\u0000-\u001f\u007f]*$/, "must be a single line");

const listQuery = z.strictObject({ ...pageQuery, owner: line(100).optional() });
const params = z.object({ id: z.string() });
const wanted = z
  .strictObject({
    name: line(100),
    owner: line(100).optional(),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .refine((scopes) => new Set(scopes).size === scopes.length, "must name each scope once")
      .meta({ uniqueItems: true }),
    expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
    bypass: z.boolean().default(false),
  })
  .meta({ id: "WantedToken", examples: [{ name: "the agent platform", scopes: ["signals:write", "read"] }] });
const overlap = z
  .strictObject({ overlapMinutes: z.number().int().min(0).max(OVERLAP_MINUTES_MAX).default(OVERLAP_MINUTES) })
  .nullish()
  .meta({ id: "Overlap", examples: [{ overlapMinutes: OVERLAP_MINUTES }] });

const token = z
  .object({
    id: z.string().meta({ description: "The part of a token between `orb_` and the next `_`." }),
    name: z.string(),
    owner: z.string().meta({ description: "Who is responsible for it." }),
    scopes: z.array(z.enum(SCOPES)),
    bypass: z.boolean().meta({ description: "No rate limit holds for it." }),
    state: z.enum(["active", "expired", "revoked"]),
    createdAt: z.date(),
    createdBy: z.string(),
    expiresAt: z.date().nullable().meta({ description: "null: never." }),
    lastUsedAt: z.date().nullable(),
    revokedAt: z.date().nullable(),
    revokedBy: z.string().nullable(),
    replacedBy: z.string().nullable().meta({ description: "The id of the token that replaces it." }),
  })
  .meta({ id: "Token", description: "A token of the API, without its text." });
const madeToken = token
  .extend({ token: z.string().meta({ description: "The token itself. No other answer has it." }) })
  .meta({ id: "MadeToken", description: "A token that was just made." });

export const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(token, "TokenPage") },
  operation: {
    id: "listTokens",
    tag: "Access",
    summary: "List tokens",
    description: "The newest first, without their texts. Tokens that ended are listed for a year.",
  },
} as const;
export const MAKE = {
  body: wanted,
  response: { 201: madeToken },
  operation: {
    id: "makeToken",
    tag: "Access",
    summary: "Make a token",
    description: "It is good for 90 days, unless `expiresAt` says otherwise. Only this answer has its text.",
  },
} as const;
export const ROTATE = {
  params,
  body: overlap,
  response: { 201: madeToken },
  operation: {
    id: "rotateToken",
    tag: "Access",
    summary: "Replace a token",
    description: "By one with the same name and scopes. The old one is good until the end of the overlap.",
    problems: ["not_found", "token_ended"],
  },
} as const;
export const REVOKE = {
  params,
  body: noBody,
  response: { 200: token },
  operation: {
    id: "revokeToken",
    tag: "Access",
    summary: "Revoke a token",
    description: "Every process of the bot refuses it within a second.",
    problems: ["not_found"],
  },
} as const;

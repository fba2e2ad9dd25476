import { z } from "zod";

const GLOB_CHARACTERS_MAX = 300;
const LIST_ITEMS_MAX = 100;
const REVIEWERS_MAX = 15; // GitHub asks no more than this many

const glob = z.string().min(1).max(GLOB_CHARACTERS_MAX);
const globs = z.array(glob).max(LIST_ITEMS_MAX);

/** What a repository says in `.github/orb.yml` about the pull requests that it wants. */
export const repositorySettings = z.strictObject({
  enabled: z.boolean().default(true),
  hold: z.union([z.boolean(), z.string().min(1).max(300)]).default(false),
  baseBranches: globs.default(["**"]),
  branches: globs.default(["**"]),
  draft: z.enum(["signal", "always", "never", "risky"]).default("signal"),
  autoReady: z.boolean().default(false),
  labels: z
    .strictObject({
      type: z.boolean().default(true),
      size: z.boolean().default(true),
      risk: z.boolean().default(true),
      aiGenerated: z.boolean().default(true),
    })
    .prefault({}),
  areas: z.record(z.string().min(1).max(40), globs).default({}),
  templates: z.strictObject({ pullRequestTemplate: z.enum(["fill", "ignore"]).default("fill") }).prefault({}),
  reviewers: z
    .strictObject({
      people: z.array(z.string()).max(REVIEWERS_MAX).default([]),
      teams: z.array(z.string()).max(REVIEWERS_MAX).default([]),
      codeOwners: z.boolean().default(true),
      max: z.number().int().min(0).max(REVIEWERS_MAX).default(REVIEWERS_MAX),
    })
    .prefault({}),
  size: z
    .strictObject({
      XS: z.number().int().min(1).default(10),
      S: z.number().int().min(1).default(50),
      M: z.number().int().min(1).default(250),
      L: z.number().int().min(1).default(1000),
    })
    .prefault({}),
  risk: z
    .strictObject({
      lines: z.number().int().min(1).default(1000),
      files: z.number().int().min(1).default(50),
    })
    .prefault({}),
  protectedPaths: globs.default([]),
  limits: z
    .strictObject({
      openPerRepository: z.number().int().min(1).max(1000).nullable().default(null),
      openPerRequester: z.number().int().min(1).max(1000).nullable().default(null),
    })
    .prefault({}),
  disclosure: z.string().max(2_000).nullable().default(null),
  links: z.strictObject({ hosts: z.array(z.string()).max(LIST_ITEMS_MAX).default([]) }).prefault({}),
  retention: z
    .strictObject({
      deleteBranchAfterMerge: z.boolean().default(false),
      workspaceDays: z.number().int().min(0).max(365).default(7),
    })
    .prefault({}),
});

export type RepositorySettings = z.infer<typeof repositorySettings>;

export const DEFAULT_SETTINGS: RepositorySettings = repositorySettings.parse({});

import { z } from "zod";
import { clip } from "../text/clip.ts";
import {
  ACCOUNT_PATTERN,
  isBotLogin,
  isLogin,
  isRepositoryName,
  REPOSITORY_NAME_PATTERN,
} from "../text/github-names.ts";
import { BRANCH_CHARACTERS_PATTERN, isBranchName } from "./rules/git-ref.ts";

/** The limit for one event, as it is sent. Larger ones are refused. */
export const SIGNAL_BYTES_MAX = 1024 * 1024;

export const PHASES = ["research", "planning", "implementation"] as const;
export type Phase = (typeof PHASES)[number];

const MARKDOWN_CHARACTERS_MAX = 500_000;
const LINE_CHARACTERS_MAX = 4_000;
const NAME_CHARACTERS_MAX = 200;
const LIST_ITEMS_MAX = 500;
const RETENTION_DAYS_MAX = 365;

const line = z.string().trim().min(1).max(LINE_CHARACTERS_MAX);
const name = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);
const markdown = z.string().max(MARKDOWN_CHARACTERS_MAX);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(LIST_ITEMS_MAX);
const duration = z.number().int().min(0);
const phase = z.enum(PHASES);

/** What `isProjectId` allows, for a JSON Schema. */
export const PROJECT_ID_PATTERN = String.raw`^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`;

/** Part of URLs, keys and log labels, so only plain characters are allowed. */
const projectId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    "must be 1–128 letters, digits, '.', '_', ':' or '-', starting with a letter or digit",
  )
  .refine((id) => !id.includes(".."), "must not contain '..'")
  .meta({ pattern: PROJECT_ID_PATTERN });

const repositoryName = z
  .string()
  .refine(isRepositoryName, "must be owner/name as on GitHub")
  .meta({ pattern: REPOSITORY_NAME_PATTERN });

/** Whether a project can have this id. */
export function isProjectId(id: string): boolean {
  return projectId.safeParse(id).success;
}

/** JSON Schema counts no bytes, so `isBranchName` is narrower than this pattern. */
const branchName = z
  .string()
  .refine(isBranchName, "is not a branch name that git allows")
  .meta({ pattern: BRANCH_CHARACTERS_PATTERN });
const sha = z.string().regex(/^[0-9a-f]{40}$/, "must be a full commit SHA, 40 hexadecimal digits");
const login = z
  .string()
  .refine((text) => isLogin(text) || isBotLogin(text), "must be a GitHub user name")
  .meta({ pattern: ACCOUNT_PATTERN });
/** Any text: a name that can't be asked is reported, and the others are asked. */
const reviewer = z.string().overwrite((text) => clip(text.trim(), NAME_CHARACTERS_MAX));
const issueNumber = z.number().int().min(1);
const days = z.number().int().min(0).max(RETENTION_DAYS_MAX).optional();
const workspace = z.object({ host: name, path: z.string().min(1).max(4096) });
const project = { project: projectId };

const completion = z
  .object({
    ...project,
    repository: repositoryName,
    branch: branchName,
    base: branchName.optional(),
    headSha: sha.optional(),
    title: z.string().trim().max(LINE_CHARACTERS_MAX).optional(),
    type: z.string().trim().max(NAME_CHARACTERS_MAX).optional(),
    summary: markdown,
    changes: list(line).optional(),
    recommendations: list(
      z.object({ agent: name, severity: z.enum(["info", "warning", "critical"]), text: line }),
    ).optional(),
    claims: list(z.object({ kind: z.enum(["tests", "build", "lint", "other"]), text: line })).optional(),
    agents: list(
      z.object({
        name,
        model: name.optional(),
        durationMs: duration.optional(),
        costUsd: z.number().min(0).optional(),
      }),
    ).optional(),
    issues: list(issueNumber).optional(),
    reviewers: list(reviewer).optional(),
    draft: z.boolean().optional(),
    requestedBy: login.optional(),
  })
  .meta({ id: "Completion" });
/** The data of `orb.implementation.completed`. */
export type Completion = z.infer<typeof completion>;

/** The data of each type of signal; anything not named here is dropped. */
export const SIGNAL_DATA = {
  "orb.project.created": z.object({
    project: z.object({ id: projectId, name, userId: name }),
    repository: repositoryName,
    workspace,
    issue: issueNumber.optional(),
    retention: z
      .object({ cancelled: days, merged: days, closed: days, failed: days, completed: days })
      .optional(),
  }),
  "orb.phase.started": z.object({
    ...project,
    phase,
    agent: name.optional(),
    summary: markdown.optional(),
    plan: z.object({ areas: list(line).default([]), steps: list(line).default([]) }).optional(),
  }),
  "orb.phase.completed": z.object({
    ...project,
    phase,
    agent: name.optional(),
    summary: markdown.optional(),
    plan: z.object({ areas: list(line).default([]), steps: list(line).default([]) }).optional(),
  }),
  "orb.agent.executed": z.object({
    ...project,
    agent: name,
    phase,
    outcome: z.enum(["succeeded", "failed"]),
    durationMs: duration,
    tokens: z.number().int().min(0).optional(),
    costUsd: z.number().min(0).optional(),
    model: name.optional(),
  }),
  "orb.implementation.completed": completion,
  "orb.project.cancelled": z.object({ ...project, reason: line.optional() }),
  "orb.project.failed": z.object({ ...project, reason: line.optional() }),
  "orb.workspace.active": z.object({ ...project, workspace }),
} as const;

export type SignalType = keyof typeof SIGNAL_DATA;
export const SIGNAL_TYPES = Object.keys(SIGNAL_DATA) as readonly SignalType[];

type Of<Type extends SignalType> = {
  readonly type: Type;
  readonly data: z.infer<(typeof SIGNAL_DATA)[Type]>;
};

/** One event from a Meta-Agent, parsed and valid by its schema. */
export type Signal = {
  [Type in SignalType]: Of<Type> & {
    /** `source` and `id` together identify the signal permanently. */
    readonly source: string;
    readonly id: string;
    /** When it happened, according to its sender; this decides the order, not the arrival. */
    readonly time: Date;
    readonly project: string;
  };
}[SignalType];

export type SignalOf<Type extends SignalType> = Extract<Signal, { type: Type }>;

import { z } from "zod";
import { PROJECT_STATUSES } from "../../../src/projects/project.ts";
import { PHASES } from "../../../src/signals/signal.ts";
import { pullRequest } from "./pull-request.ts";

const phase = z.enum(PHASES);
const place = z.object({ host: z.string(), path: z.string() });
const plan = z.object({ areas: z.array(z.string()), steps: z.array(z.string()) }).meta({ id: "Plan" });

export const project = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    userId: z.string().nullable(),
    status: z.enum(PROJECT_STATUSES),
    phase: phase.nullable(),
    because: z.string(),
    repository: z.string().nullable(),
    issue: z.int().nullable(),
    workspace: place.nullable(),
    pullRequests: z.array(
      z
        .object({
          id: z.string(),
          repository: z.string(),
          branch: z.string(),
          status: z.enum(["open", "merged", "closed"]),
          number: z.int(),
          url: z.string(),
          endedAt: z.date().nullable(),
          workspaceKeptUntil: z.date().nullable(),
        })
        .meta({ id: "ProjectPullRequest" }),
    ),
    cleanup: z
      .object({ dueAt: z.date(), because: z.string() })
      .nullable()
      .meta({ description: "When its workspace is due for removal." }),
    workspaceGone: place
      .extend({
        at: z.date(),
        outcome: z.enum(["removed", "missing"]),
        archive: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "The last of its workspaces that is gone." }),
    lastActiveAt: z.date().nullable(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: "Project", description: "One unit of agent work." });

export const wholeProject = project
  .extend({
    phases: z.array(
      z
        .object({
          phase,
          startedAt: z.date().nullable(),
          completedAt: z.date().nullable(),
          agent: z.string().nullable(),
          summary: z.string().nullable(),
          plan: plan.nullable(),
        })
        .meta({ id: "Phase" }),
    ),
    history: z.array(
      z
        .object({
          at: z.date(),
          phase,
          step: z.enum(["started", "completed"]),
          agent: z.string().nullable(),
          summary: z.string().nullable(),
          plan: plan.nullable(),
        })
        .meta({ id: "PhaseStep" }),
    ),
    agents: z.array(
      z
        .object({
          at: z.date(),
          agent: z.string(),
          phase,
          outcome: z.enum(["succeeded", "failed"]),
          durationMs: z.number(),
          tokens: z.int().nullable(),
          costUsd: z.number().nullable(),
          model: z.string().nullable(),
        })
        .meta({ id: "Execution" }),
    ),
    pullRequests: z.array(pullRequest),
  })
  .meta({ id: "WholeProject", description: "A project with what its agents did and said." });

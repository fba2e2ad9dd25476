import { createCheckRun, updateCheckRun, type CheckRunInput } from "../../acts/checks.ts";
import { resolveRevision } from "../../git/refs.ts";
import { GitHubError } from "../../github-error.ts";
import type { App, CheckAnnotation, CheckRun } from "../../state.ts";
import { actorIn, demandDeed, type Context } from "../context.ts";
import { nodeNotFound } from "../graphql-refusal.ts";
import { locateAs } from "../located.ts";
import { checkRunFields } from "../types/checks.ts";
import { given, type Mutation } from "./mutation.ts";

interface AnnotationInput {
  readonly path: string;
  readonly location: { readonly startLine: number; readonly endLine: number };
  readonly annotationLevel: "NOTICE" | "WARNING" | "FAILURE";
  readonly message: string;
  readonly title?: string;
  readonly rawDetails?: string;
}

interface RunInput {
  readonly repositoryId: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly detailsUrl?: string;
  readonly externalId?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly output?: {
    readonly title: string;
    readonly summary: string;
    readonly text?: string;
    readonly annotations?: readonly AnnotationInput[];
  };
  readonly actions?: CheckRun["actions"];
}

export const createCheckRunMutation: Mutation<RunInput & { name: string; headSha: string }> = async (
  context,
  input,
) => {
  const { repository } = locateAs(context, input.repositoryId, "repository");
  demandDeed(context, repository, "createCheckRun");
  const { name, headSha } = input;
  if ((await resolveRevision(context.world.git(repository), headSha)) !== headSha) {
    throw new GitHubError(422, `No commit found for SHA: ${headSha}`);
  }
  const wanted = { ...runInput(input), name, headSha, appId: ownApp(context).id };
  const run = await createCheckRun(context.world, actorIn(context), repository, wanted);
  return { checkRun: checkRunFields(context, repository, run) };
};

export const updateCheckRunMutation: Mutation<RunInput & { checkRunId: string; name?: string }> = async (
  context,
  input,
) => {
  const { repository, checkRun } = locateAs(context, input.checkRunId, "check run");
  demandDeed(context, repository, "updateCheckRun");
  if (repository.nodeId !== input.repositoryId) throw nodeNotFound(input.repositoryId);
  if (checkRun.appId !== ownApp(context).id)
    throw new GitHubError(403, "Resource not accessible by integration");
  const wanted = { ...runInput(input), ...given({ name: input.name }) };
  await updateCheckRun(context.world, actorIn(context), repository, checkRun, wanted);
  return { checkRun: checkRunFields(context, repository, checkRun) };
};

function ownApp(context: Context): App {
  const { app } = actorIn(context);
  if (!app) throw new GitHubError(403, "You must authenticate via a GitHub App.");
  return app;
}

function runInput(input: RunInput): CheckRunInput {
  const { status, conclusion, detailsUrl, externalId, startedAt, completedAt, output, actions } = input;
  return given({
    status: status?.toLowerCase() as CheckRun["status"] | undefined,
    conclusion: conclusion?.toLowerCase(),
    detailsUrl,
    externalId,
    startedAt: startedAt === undefined ? undefined : new Date(startedAt),
    completedAt: completedAt === undefined ? undefined : new Date(completedAt),
    output: output && {
      title: output.title,
      summary: output.summary,
      ...given({ text: output.text, annotations: output.annotations?.map(annotationOf) }),
    },
    actions,
  });
}

function annotationOf({
  path,
  location,
  annotationLevel,
  message,
  title,
  rawDetails,
}: AnnotationInput): CheckAnnotation {
  return {
    path,
    message,
    start_line: location.startLine,
    end_line: location.endLine,
    annotation_level: annotationLevel.toLowerCase() as CheckAnnotation["annotation_level"],
    ...given({ title, raw_details: rawDetails }),
  };
}

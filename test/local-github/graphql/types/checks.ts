// What CI reports on a commit: check runs, statuses, and one verdict over both.

import { requirementsOf } from "../../acts/branches.ts";
import { latestCheckRuns, latestStatuses } from "../../acts/checks.ts";
import { verdictsOn } from "../../acts/mergeability.ts";
import { isoTime, isoTimeOrNull } from "../../json/schema.ts";
import { checkSuiteId, detailsUrlOf } from "../../json/check.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { CheckRun, CommitStatus, Repository } from "../../state.ts";
import { connection, type PageArguments } from "../connection.ts";
import { demandSight, type Context, type Fields } from "../context.ts";
import { gitNodeId } from "../global-ids.ts";
import { GraphQLRefusal } from "../graphql-refusal.ts";
import { actorFields } from "./actor.ts";

/** `null` if nothing has been reported. */
export function rollupFields(context: Context, repository: Repository, sha: string): Fields | null {
  demandSight(context, repository, "StatusCheckRollup");
  const verdicts = [...verdictsOn(repository, sha).values()];
  if (verdicts.length === 0) return null;
  const state = verdicts.includes("failure")
    ? "FAILURE"
    : verdicts.includes("pending")
      ? "PENDING"
      : "SUCCESS";
  const contexts = [
    ...latestCheckRuns(repository, sha).map((run) => checkRunFields(context, repository, run)),
    ...latestStatuses(repository, sha).map((status) => statusFields(context, repository, status)),
  ];
  return {
    __typename: "StatusCheckRollup",
    id: gitNodeId("SCR", { repositoryId: repository.id, name: sha }),
    state,
    contexts: (page: PageArguments) => {
      const count = (typename: string): number =>
        contexts.filter((each) => each.__typename === typename).length;
      return {
        ...connection("contexts", contexts, page, (fields) => fields),
        checkRunCount: count("CheckRun"),
        statusContextCount: count("StatusContext"),
      };
    },
  };
}

export function checkRunFields(context: Context, repository: Repository, run: CheckRun): Fields {
  const app = context.world.state.apps.get(run.appId);
  const page = `${repositoryPage(context.world, repository)}/runs/${run.id}`;
  return {
    __typename: "CheckRun",
    id: run.nodeId,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    externalId: run.externalId,
    detailsUrl: detailsUrlOf(context.world, repository, run),
    url: page,
    permalink: page,
    startedAt: isoTime(run.startedAt),
    completedAt: isoTimeOrNull(run.completedAt),
    isRequired: isRequired(context, repository, run.name),
    checkSuite: {
      __typename: "CheckSuite",
      databaseId: checkSuiteId(run),
      app: app && { __typename: "App", id: app.nodeId, databaseId: app.id, name: app.name, slug: app.slug },
    },
    annotations: (page: PageArguments) =>
      connection("annotations", run.annotations, page, (annotation) => ({
        __typename: "CheckAnnotation",
        path: annotation.path,
        message: annotation.message,
        title: annotation.title ?? null,
        rawDetails: annotation.raw_details ?? null,
        annotationLevel: annotation.annotation_level.toUpperCase(),
        location: {
          start: { line: annotation.start_line, column: null },
          end: { line: annotation.end_line, column: null },
        },
      })),
    repository: () => context.show.repository(context, repository),
  };
}

function statusFields(context: Context, repository: Repository, status: CommitStatus): Fields {
  return {
    __typename: "StatusContext",
    id: status.nodeId,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: isoTime(status.createdAt),
    creator: actorFields(context, status.creator),
    isRequired: isRequired(context, repository, status.context),
  };
}

function isRequired(context: Context, repository: Repository, name: string) {
  return (wanted: { pullRequestNumber?: number; pullRequestId?: string }): boolean => {
    const pullRequest = [...repository.pullRequests.values()].find(
      ({ number, nodeId }) => number === wanted.pullRequestNumber || nodeId === wanted.pullRequestId,
    );
    if (!pullRequest) throw new GraphQLRefusal("NOT_FOUND", "Could not resolve to a pull request.");
    return requirementsOf(repository, pullRequest.baseRef).checks.includes(name);
  };
}

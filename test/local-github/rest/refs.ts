// Git refs in the form of the Git database API.

import { z } from "zod";
import { afterPush, deleteBranch, moveBranch } from "../acts/pushes.ts";
import { isAncestor } from "../git/compare.ts";
import {
  BRANCH_PREFIX,
  branchSha,
  demandCommits,
  isBranchName,
  listRefs,
  moveRef,
  resolveCommit,
  ZERO_SHA,
  type Ref,
} from "../git/refs.ts";
import { GitHubError, notFound } from "../github-error.ts";
import {
  NO_CONTENT,
  actorIn,
  inRepository,
  ok,
  param,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import type { Schema } from "../json/schema.ts";
import { repositoryApi } from "../json/urls.ts";

const NewRef = z.object({ ref: z.string(), sha: z.string() });
const RefUpdate = z.object({ sha: z.string(), force: z.boolean().default(false) });

export const refRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/git/ref/{ref}", getRef),
  inRepository("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", async (request) => {
    await demandCommits(request.git);
    const refs = await listRefs(request.git, `refs/${param(request, "ref")}`);
    return ok(refs.map((ref) => refJson(request, ref)));
  }),
  inRepository("POST /repos/{owner}/{repo}/git/refs", createRef),
  inRepository("PATCH /repos/{owner}/{repo}/git/refs/{ref}", updateRef),
  inRepository("DELETE /repos/{owner}/{repo}/git/refs/{ref}", async (request) => {
    await deleteBranch(request.world, actorIn(request), request.repository, branchParam(request));
    return NO_CONTENT;
  }),
];

async function getRef(request: RepositoryRequest): Promise<Reply> {
  const name = `refs/${param(request, "ref")}`;
  await demandCommits(request.git);
  const refs = await listRefs(request.git, name);
  const ref = refs.find((each) => each.name === name);
  if (!ref) throw notFound();
  return ok(refJson(request, ref));
}

function createRef(request: RepositoryRequest): Promise<Reply> {
  const { ref, sha } = parseBody(request, NewRef);
  const { world, repository, git } = request;
  return world.inTurn(repository, async () => {
    await demandCommits(git);
    const branch = ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : null;
    if (branch === null || !(await isBranchName(git, branch))) {
      throw new GitHubError(422, `${ref} is not a valid ref name.`);
    }
    if ((await resolveCommit(git, sha)) !== sha) throw new GitHubError(422, "Object does not exist");
    if ((await branchSha(git, branch)) !== null) throw new GitHubError(422, "Reference already exists");
    await moveRef(git, { name: ref, to: sha, expected: ZERO_SHA });
    await afterPush(world, actorIn(request), repository, [{ ref, before: ZERO_SHA, after: sha }]);
    return ok(refJson(request, { name: ref, sha, objectType: "commit" }), 201);
  });
}

function updateRef(request: RepositoryRequest): Promise<Reply> {
  const { sha, force } = parseBody(request, RefUpdate);
  const { world, repository, git } = request;
  const branch = branchParam(request);
  return world.inTurn(repository, async () => {
    const before = await branchSha(git, branch);
    if (before === null) throw new GitHubError(422, "Reference does not exist");
    if ((await resolveCommit(git, sha)) !== sha) throw new GitHubError(422, "Object does not exist");
    if (!force && !(await isAncestor(git, before, sha))) {
      throw new GitHubError(422, "Update is not a fast forward");
    }
    await moveBranch(world, actorIn(request), repository, { branch, before, after: sha });
    return ok(refJson(request, { name: BRANCH_PREFIX + branch, sha, objectType: "commit" }));
  });
}

/** The branch of `heads/…`; this API does not write tags here. */
function branchParam(request: RepositoryRequest): string {
  const ref = param(request, "ref");
  if (!ref.startsWith("heads/")) throw new GitHubError(422, "Reference does not exist");
  return ref.slice("heads/".length);
}

function refJson(
  { world, repository }: RepositoryRequest,
  { name, sha, objectType }: Ref,
): Schema<"git-ref"> {
  const api = repositoryApi(world, repository);
  return {
    ref: name,
    node_id: `REF_kwDO${Buffer.from(`${repository.id}:${name}`).toString("base64url")}`,
    url: `${api}/git/${name}`,
    object: { type: objectType, sha, url: `${api}/git/${objectType}s/${sha}` },
  };
}

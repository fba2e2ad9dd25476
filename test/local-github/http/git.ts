// git over smart HTTP: git's own CGI program behind GitHub's access rules, and the consequences of a push.
// https://git-scm.com/docs/git-http-backend

import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { afterPush, type RefMove } from "../acts/pushes.ts";
import { may, sees } from "../auth/access.ts";
import { actorOf, identifyCaller, type Caller } from "../auth/caller.ts";
import type { Faults } from "../faults.ts";
import { gitEnvironment } from "../git/bare-repository.ts";
import { startGit } from "../git/git-process.ts";
import { listRefs, ZERO_SHA, type Ref } from "../git/refs.ts";
import { GitHubError } from "../github-error.ts";
import type { Repository } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { strikeAfter, strikeBefore } from "./strike.ts";

const GIT_PATH = /^\/([^/]+)\/([^/]+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const HEADER_END = "\r\n\r\n";

export interface GitCallOverHttp {
  readonly owner: string;
  readonly name: string;
  readonly action: string;
  readonly url: URL;
}

/** What a request asks of git; `null` for every request that is not for git. */
export function parseGitCall(url: URL): GitCallOverHttp | null {
  const [, owner, name, action] = GIT_PATH.exec(url.pathname) ?? [];
  return owner && name && action ? { owner, name, action, url } : null;
}

/** Answers a request of git. Faults match `POST /{owner}/{repo}.git/git-receive-pack` and similar routes. */
export async function answerGit(
  world: World,
  faults: Faults,
  { call, request, response }: { call: GitCallOverHttp; request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const fault = faults.take(request.method ?? "GET", `/{owner}/{repo}.git/${call.action}`, call.url.pathname);
  const before = fault ? await strikeBefore(fault, world.now()) : "go on";
  if (before === "cut") return void request.socket.destroy();
  if (before !== "go on") return sendText(response, before.reply.status, "fault");
  try {
    const { repository, caller } = await admit(world, request, call);
    const run = (): Promise<Buffer> => runBackend({ repository, call, request });
    const answer =
      call.action === "git-receive-pack" ? await receive(world, repository, caller, run) : await run();
    const after = fault ? strikeAfter(fault) : "go on";
    if (after === "cut") return void request.socket.destroy();
    if (after !== "go on") return sendText(response, after.reply.status, "fault");
    sendCgi(response, answer);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    sendText(response, error.status, error.message, error.headers);
  }
}

async function admit(
  world: World,
  request: IncomingMessage,
  { owner, name, action, url }: GitCallOverHttp,
): Promise<{ repository: Repository; caller: Caller }> {
  const caller = await identifyCaller(world, request.headers.authorization);
  const writes = action === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const repository = world.findRepository(owner, name);
  if (!repository || !sees(caller, repository)) {
    const moved = world.state.formerNames.get(`${owner}/${name}`.toLowerCase());
    const now = moved === undefined ? undefined : world.state.repositories.get(moved);
    if (now && sees(caller, now)) {
      const location = `${world.origin}/${fullName(now)}.git/${action}${url.search}`;
      throw new GitHubError(301, "Moved Permanently", { headers: { location } });
    }
    if (caller.kind === "anonymous") throw askForCredentials();
    throw new GitHubError(404, "Repository not found.");
  }
  if (caller.kind === "anonymous" && writes) throw askForCredentials();
  if (!may(caller, repository, { contents: writes ? "write" : "read" })) {
    throw new GitHubError(
      403,
      writes ? "Write access to repository not granted." : "Read access not granted.",
    );
  }
  if (writes && repository.archived)
    throw new GitHubError(403, "This repository was archived so it is read-only.");
  return { repository, caller };
}

function askForCredentials(): GitHubError {
  const headers = { "www-authenticate": 'Basic realm="GitHub"' };
  return new GitHubError(401, "No anonymous write access.", { headers });
}

/** Sends the answer only after all consequences of the push have happened, so that a test can rely on them. */
function receive(
  world: World,
  repository: Repository,
  caller: Caller,
  run: () => Promise<Buffer>,
): Promise<Buffer> {
  return world.inTurn(repository, async () => {
    const git = world.git(repository);
    const before = await listRefs(git);
    const answer = await run();
    const actor = actorOf(caller);
    if (actor) await afterPush(world, actor, repository, movesBetween(before, await listRefs(git)));
    return answer;
  });
}

function movesBetween(before: readonly Ref[], after: readonly Ref[]): RefMove[] {
  const old = new Map(before.map(({ name, sha }) => [name, sha]));
  const now = new Map(after.map(({ name, sha }) => [name, sha]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((ref) => ({ ref, before: old.get(ref) ?? ZERO_SHA, after: now.get(ref) ?? ZERO_SHA }))
    .filter((move) => move.before !== move.after);
}

/** Runs the CGI program and returns its whole output, headers included. */
async function runBackend({
  repository,
  call,
  request,
}: {
  repository: Repository;
  call: GitCallOverHttp;
  request: IncomingMessage;
}): Promise<Buffer> {
  const header = (name: string): string => String(request.headers[name] ?? "");
  const { input, result } = startGit({
    args: ["http-backend"],
    environment: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: repository.gitDir,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: `/${call.action}`,
      REQUEST_METHOD: request.method ?? "GET",
      QUERY_STRING: call.url.search.slice(1),
      CONTENT_TYPE: header("content-type"),
      CONTENT_LENGTH: header("content-length"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
      REMOTE_USER: "git",
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  // If git ends before it has read everything, its own answer says why. If the client disconnects, the program's
  // input ends, and so does the program.
  const fed = pipeline(request, input, { end: false })
    .catch(() => undefined)
    .finally(() => input.end());
  const [{ stdout }] = await Promise.all([result, fed]);
  return stdout;
}

function sendCgi(response: ServerResponse, answer: Buffer): void {
  const end = answer.indexOf(HEADER_END);
  if (end === -1) return sendText(response, 500, "git http-backend gave no answer");
  const headers = Object.fromEntries(
    answer
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
  ) as Record<string, string>;
  const { status = "200", ...rest } = headers;
  response.writeHead(Number.parseInt(status, 10), rest);
  response.end(answer.subarray(end + HEADER_END.length));
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(`${text}\n`);
}

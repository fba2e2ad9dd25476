// The server's single entry point: git, pages or API, with an answer even if one of them fails.

import type { IncomingMessage, ServerResponse } from "node:http";
import { GitHubError } from "../github-error.ts";
import { answerPage } from "../pages/pages.ts";
import { answerApi, type Api } from "./api.ts";
import { render, send, urlOf } from "./exchange.ts";
import { answerGit, parseGitCall } from "./git.ts";

/** Answers any request; never throws. An error here is a bug of the local GitHub and is recorded as a violation. */
export async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answerByKind(api, request, response);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    api.violations?.record(`${request.method} ${request.url} broke the local GitHub: ${reason}`);
    if (response.headersSent) request.socket.destroy();
    else send(response, render(request, { status: 500, json: { message: "Server Error", detail: reason } }));
  }
}

async function answerByKind(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request, api.world.origin);
  if (url === null) {
    const malformed = new GitHubError(400, "Malformed URL");
    return send(response, render(request, { status: 400, json: malformed.toJson() }));
  }
  const call = parseGitCall(url);
  if (call) return answerGit(api.world, api.faults, { call, request, response });
  const { method = "GET", headers } = request;
  const page = await answerPage(api.world, { method, url, accept: headers.accept });
  if (page) send(response, render(request, page));
  else await answerApi(api, { request, response, url });
}

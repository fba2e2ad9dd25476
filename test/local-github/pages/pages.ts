// The pages that people look at: home, an owner's repositories, pull requests, issues.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Liquid } from "liquidjs";
import type { Reply } from "../http/route.ts";
import { fullName, type World } from "../world.ts";
import { repositoryPage } from "../json/urls.ts";
import type { Repository } from "../state.ts";
import { renderComment } from "./markdown.ts";
import { personView } from "./person-view.ts";
import { labelViews, pullRequestSummary } from "./pull-request-summary.ts";
import { pullRequestView } from "./pull-request-view.ts";

const liquid = new Liquid({
  root: fileURLToPath(new URL("templates/", import.meta.url)),
  extname: ".liquid",
  outputEscape: "escape",
  strictVariables: true,
  strictFilters: true,
  cache: true,
  timezoneOffset: 0,
});
const css = readFileSync(new URL("templates/page.css", import.meta.url), "utf8");

/** No scripts and nothing from other hosts: an author's text can change nothing but the text. */
const HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
  "cache-control": "no-store",
};

/**
 * Answers a browser's request, or `null` if the path is not a page. `/` and `/{owner}` are pages only for
 * clients that ask for HTML, because the API has paths of the same form. Private repositories are shown too:
 * everybody who can reach the local GitHub is its owner.
 */
export async function answerPage(
  world: World,
  { method, url, accept }: { method: string; url: URL; accept: string | undefined },
): Promise<Reply | null> {
  if (method !== "GET") return null;
  const [owner = "", name, section, number] = url.pathname.slice(1).split("/");
  if (name === undefined) {
    return accept?.includes("text/html") ? owned(world, owner === "" ? null : owner) : null;
  }
  const repository = world.findRepository(owner, name);
  if (!repository) return null;
  const about = { repository: repositoryView(world, repository) };
  if (section === undefined || section === "" || section === "pulls") {
    return page("pull-requests", { ...about, ...list(world, repository, url.searchParams.get("state")) });
  }
  const pullRequest = repository.pullRequests.get(Number(number));
  if (section === "pull" && pullRequest) {
    return page("pull-request", {
      ...about,
      pull: await pullRequestView(world, repository, pullRequest),
      title: `${pullRequest.title} · Pull Request #${pullRequest.number} · ${fullName(repository)}`,
    });
  }
  const issue = repository.issues.get(Number(number));
  if (section === "issues" && issue) {
    return page("issue", {
      ...about,
      issue: {
        ...issue,
        author: personView(world, issue.author),
        labels: labelViews(repository, issue),
        bodyHtml: issue.body ? await renderComment(world, issue.body, repository) : null,
      },
      title: `${issue.title} · Issue #${issue.number} · ${fullName(repository)}`,
    });
  }
  return page("not-found", { ...about, title: "Not found" }, 404);
}

function owned(world: World, login: string | null): Promise<Reply> {
  const repositories = [...world.state.repositories.values()]
    .filter(({ owner }) => login === null || owner.login.toLowerCase() === login.toLowerCase())
    .map((repository) => repositoryView(world, repository));
  const owner = login === null ? null : world.findAccount(login);
  if (login !== null && !owner) return page("not-found", { repository: null, title: "Not found" }, 404);
  const title = owner?.login ?? "Local GitHub";
  return page("home", { repository: null, repositories, owner: owner && personView(world, owner), title });
}

function list(world: World, repository: Repository, state: string | null): Record<string, unknown> {
  const shown = state === "closed" ? "closed" : "open";
  const all = [...repository.pullRequests.values()].sort((a, b) => b.number - a.number);
  return {
    title: `Pull requests · ${fullName(repository)}`,
    shown,
    openCount: all.filter((pullRequest) => pullRequest.state === "open").length,
    closedCount: all.filter((pullRequest) => pullRequest.state === "closed").length,
    pulls: all
      .filter((pullRequest) => pullRequest.state === shown)
      .map((pullRequest) => pullRequestSummary(world, repository, pullRequest)),
  };
}

function repositoryView(world: World, repository: Repository): Record<string, unknown> {
  const { owner, name, description, private: isPrivate, archived } = repository;
  const openCount = [...repository.pullRequests.values()].filter(({ state }) => state === "open").length;
  return {
    owner: owner.login,
    ownerHref: `${world.origin}/${owner.login}`,
    name,
    href: repositoryPage(world, repository),
    description: description ?? "",
    isPrivate,
    isArchived: archived,
    openCount,
  };
}

async function page(template: string, data: Record<string, unknown>, status = 200): Promise<Reply> {
  const html = (await liquid.renderFile(template, { ...data, css })) as string;
  return { status, headers: HEADERS, content: { type: "text/html; charset=utf-8", bytes: html } };
}

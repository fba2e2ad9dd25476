import type { Repository } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { accountJson } from "./account.ts";
import { isoTime, type Schema } from "./schema.ts";
import { repositoryApi, repositoryPage } from "./urls.ts";

/** The repository in the form of `head.repo` and `base.repo` of pull requests. */
export function repositoryJson(world: World, repository: Repository): Schema<"repository"> {
  const { id, nodeId, name, owner, description } = repository;
  const openIssues = [...repository.issues.values(), ...repository.pullRequests.values()];
  const open = openIssues.filter(({ state }) => state === "open").length;
  return {
    id,
    node_id: nodeId,
    name,
    full_name: fullName(repository),
    private: repository.private,
    owner: accountJson(world, owner),
    description,
    fork: false,
    ...addresses(world, repository),
    homepage: null,
    language: null,
    license: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 1,
    default_branch: repository.defaultBranch,
    open_issues_count: open,
    open_issues: open,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? "private" : "public",
    pushed_at: isoTime(repository.createdAt),
    created_at: isoTime(repository.createdAt),
    updated_at: isoTime(repository.updatedAt),
    allow_rebase_merge: true,
    allow_squash_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    allow_merge_commit: true,
    allow_forking: true,
    web_commit_signoff_required: false,
  };
}

/** The repository in the form of `GET /repos/{owner}/{repo}`. */
export function fullRepositoryJson(world: World, repository: Repository): Schema<"full-repository"> {
  const { created_at, updated_at, pushed_at, topics, ...json } = repositoryJson(world, repository);
  return {
    ...json,
    created_at: created_at ?? "",
    updated_at: updated_at ?? "",
    pushed_at: pushed_at ?? "",
    topics: topics ?? [],
    has_discussions: false,
    subscribers_count: 0,
    network_count: 0,
  };
}

/** The form in installations and statuses. */
export function minimalRepositoryJson(world: World, repository: Repository): Schema<"minimal-repository"> {
  const json = repositoryJson(world, repository);
  const { license: _license, ...rest } = json;
  return { ...rest, license: null };
}

function addresses(world: World, repository: Repository) {
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  return {
    html_url: page,
    url: api,
    archive_url: `${api}/{archive_format}{/ref}`,
    assignees_url: `${api}/assignees{/user}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    branches_url: `${api}/branches{/branch}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    comments_url: `${api}/comments{/number}`,
    commits_url: `${api}/commits{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    contributors_url: `${api}/contributors`,
    deployments_url: `${api}/deployments`,
    downloads_url: `${api}/downloads`,
    events_url: `${api}/events`,
    forks_url: `${api}/forks`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    git_url: `${page.replace(/^http/, "git")}.git`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    issues_url: `${api}/issues{/number}`,
    keys_url: `${api}/keys{/key_id}`,
    labels_url: `${api}/labels{/name}`,
    languages_url: `${api}/languages`,
    merges_url: `${api}/merges`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    pulls_url: `${api}/pulls{/number}`,
    releases_url: `${api}/releases{/id}`,
    ssh_url: `git@127.0.0.1:${fullName(repository)}.git`,
    stargazers_url: `${api}/stargazers`,
    statuses_url: `${api}/statuses/{sha}`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    tags_url: `${api}/tags`,
    teams_url: `${api}/teams`,
    trees_url: `${api}/git/trees{/sha}`,
    clone_url: `${page}.git`,
    mirror_url: null,
    hooks_url: `${api}/hooks`,
    svn_url: page,
  };
}

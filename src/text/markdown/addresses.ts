import type { MarkdownPolicy } from "./policy.ts";
import { isSameName } from "../github-names.ts";
import { withoutSecrets } from "../secrets/without-secrets.ts";

const GITHUB_COM = "github.com";
/** A link to another repository's issue leaves a note there. GitHub runs this host for links that leave none. */
const REDIRECT_HOST = "redirect.github.com";
const ISSUE_PATH = /^\/([^/]+\/[^/]+)\/(?:issues|pull|discussions)\/\d/;
const NOWHERE = "https://repository.invalid";
const SHOWN_CHARACTERS_MAX = 500;

/**
 * Checks the address of a link.
 *
 * A relative address leads to a file or directory of the base branch, seen from its root: GitHub itself would look for it
 * below the address of the pull request.
 *
 * @returns the address as browsers understand it; `null` if the policy does not allow it, or if it has a user name
 *   before the host, which people mistake for the host
 */
export function allowedAddress(address: string, policy: MarkdownPolicy): string | null {
  const url = parse(withoutSecrets(parse(absolute(address, policy))?.href ?? ""));
  if (!url || url.username !== "" || url.password !== "") return null;
  if (!isAllowedHost(url, policy)) return null;
  const host = url.host.replace(/^www\./, "");
  const issueOf = host === policy.gitHubHost ? ISSUE_PATH.exec(url.pathname)?.[1] : undefined;
  if (issueOf === undefined || isOwnRepository(issueOf, policy)) return url.href;
  // Other GitHub servers have no such host, so their issues are shown but not linked.
  if (host !== GITHUB_COM) return null;
  return `https://${REDIRECT_HOST}${url.pathname}${url.search}${url.hash}`;
}

/** Whether `owner/name` is the repository that shows the text. GitHub ignores case. */
export function isOwnRepository(name: string, { repository }: Pick<MarkdownPolicy, "repository">): boolean {
  return repository !== undefined && isSameName(name, repository.name);
}

/** Whether links to a host are allowed: the GitHub that shows them, and the hosts in the policy. */
export function isAllowedHost({ host }: URL, { gitHubHost, linkHosts }: MarkdownPolicy): boolean {
  return (
    host === gitHubHost ||
    host === `www.${gitHubHost}` ||
    (host === REDIRECT_HOST && gitHubHost === GITHUB_COM) ||
    linkHosts.some((allowed) => matches(host, allowed))
  );
}

/** An address as plain text for people: without secrets, on one line, cut if it is long. */
export function shownAddress(address: string): string {
  const shown = withoutSecrets(address).replaceAll(/\s+/g, " ").trim();
  return shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}…` : shown;
}

function matches(host: string, allowed: string): boolean {
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}

/** The address itself if it is not relative, or if no repository is known. */
function absolute(address: string, { repository, gitHubHost }: MarkdownPolicy): string {
  const url = repository && address !== "" ? URL.parse(address, NOWHERE) : null;
  // Whatever names a protocol or a host, also in an unusual way such as `/\\host`, does not stay on this host.
  if (!repository || url?.origin !== NOWHERE || address.includes(NOWHERE)) return address;
  const branch = repository.base.split("/").map(encodeURIComponent).join("/");
  return `https://${gitHubHost}/${repository.name}/blob/${branch}${url.pathname}${url.search}${url.hash}`;
}

/** Only absolute addresses. */
function parse(address: string): URL | null {
  return /^https?:\/\//i.test(address) ? URL.parse(address) : null;
}

import type { MarkdownPolicy } from "./policy.ts";
import { withoutSecrets } from "./secrets.ts";

const GITHUB_COM = "github.com";
/** A link to another repository's issue makes an entry there; not through this host, which GitHub runs for that. */
const REDIRECT_HOST = "redirect.github.com";
const ISSUE_PATH = /^\/[^/]+\/[^/]+\/(?:issues|pull|discussions)\/\d/;
const SHOWN_CHARACTERS_MAX = 500;

/**
 * Where a link may lead.
 *
 * @returns the address as browsers understand it; `null` where the policy does not allow it, or where it has a name
 *   before the host, which people take for the host
 */
export function allowedAddress(address: string, policy: MarkdownPolicy): string | null {
  const url = parse(withoutSecrets(parse(address)?.href ?? ""));
  if (!url || url.username !== "" || url.password !== "") return null;
  if (!isAllowedHost(url, policy)) return null;
  const host = url.host.replace(/^www\./, "");
  if (host !== policy.gitHubHost || !ISSUE_PATH.test(url.pathname)) return url.href;
  // Another GitHub has no such host: its issues are shown, not linked.
  if (host !== GITHUB_COM) return null;
  return `https://${REDIRECT_HOST}${url.pathname}${url.search}${url.hash}`;
}

/** Whether links may lead to a host: to the GitHub that shows them, and to those that the policy names. */
export function isAllowedHost({ host }: URL, { gitHubHost, linkHosts }: MarkdownPolicy): boolean {
  return (
    host === gitHubHost ||
    host === `www.${gitHubHost}` ||
    (host === REDIRECT_HOST && gitHubHost === GITHUB_COM) ||
    linkHosts.some((allowed) => matches(host, allowed))
  );
}

/** An address that is no link any more, for people to read: without secrets, on one line, cut where it is long. */
export function shownAddress(address: string): string {
  const shown = withoutSecrets(address).replaceAll(/\s+/g, " ").trim();
  return shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}…` : shown;
}

function matches(host: string, allowed: string): boolean {
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}

/** Only what names its protocol and host: a description lies in no folder that `docs/a.md` would be relative to. */
function parse(address: string): URL | null {
  return /^https?:\/\//i.test(address) ? URL.parse(address) : null;
}

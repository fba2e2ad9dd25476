const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const HOPS_MAX = 5;
/** They must not reach another host than the one for which they were made. */
const SECRET_HEADERS = ["authorization", "cookie"];

/**
 * `fetch` that repeats each request as it is where GitHub sends it, such as to the new address of a renamed repository. The
 * usual `fetch` turns a POST into a GET after 301 and 302, and then a list is read as the answer to a creation.
 *
 * A read may be sent to another host, without its secrets: logs are in storage where the address alone gives access. A write
 * may not.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 *
 * @returns the last answer; it is the redirect itself if that must not be followed
 */
export function fetchFollowing(address: string, options: RequestInit = {}): Promise<Response> {
  return follow(new URL(address), { ...options, redirect: "manual" }, HOPS_MAX);
}

async function follow(url: URL, sent: RequestInit, hopsLeft: number): Promise<Response> {
  const response = await fetch(url, sent);
  const next = REDIRECTS.has(response.status) && hopsLeft > 0 ? targetOf(response, url) : null;
  if (next === null) return response;
  const repeated = response.status === 303 ? asRead(sent) : sent;
  const isRead = repeated.method === "GET" || repeated.method === "HEAD";
  if (next.origin !== url.origin && !isRead) return response;
  // Otherwise its connection stays busy.
  await response.body?.cancel();
  return follow(next, next.origin === url.origin ? repeated : withoutSecrets(repeated), hopsLeft - 1);
}

/** 303 means that the answer to the request is read at another address. */
function asRead({ body: _body, ...sent }: RequestInit): RequestInit {
  return { ...sent, method: sent.method === "HEAD" ? "HEAD" : "GET" };
}

function withoutSecrets(sent: RequestInit): RequestInit {
  const headers = new Headers(sent.headers);
  for (const name of SECRET_HEADERS) headers.delete(name);
  return { ...sent, headers };
}

function targetOf({ headers }: Response, from: URL): URL | null {
  const location = headers.get("location");
  return location === null ? null : URL.parse(location, from.href);
}

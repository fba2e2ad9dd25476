import type autocannon from "autocannon";
import { ask } from "../../test/support/bot/api.ts";

/** Of 20 requests, 18 read. */
const CYCLE = 20;
const WRITES = 2;

/** Somebody with a token and an address of their own. */
export interface User {
  readonly headers: Readonly<Record<string, string>>;
}

/** What there is to ask about. */
export interface Stock {
  /** Of open pull requests. */
  readonly ids: readonly string[];
  readonly projects: readonly string[];
}

/** Makes tokens with an administrator's. */
export async function makeUsers(url: string, count: number): Promise<User[]> {
  const users: User[] = [];
  for (let index = 0; index < count; index++) {
    const body = JSON.stringify({ name: `user ${index}`, scopes: ["read", "write"] });
    const answer = await ask(url, "/api/v1/tokens", { method: "POST", body });
    if (answer.status !== 201) throw new Error(`A token was answered with ${answer.status}`);
    const { token } = (await answer.json()) as { token: string };
    users.push({ headers: { authorization: `Bearer ${token}`, "x-forwarded-for": `192.0.2.${index + 1}` } });
  }
  return users;
}

/** The paths that users read, in turns: an item two times for each list. */
export function readsOf({ ids, projects }: Stock, offset: number): string[] {
  const one = (of: readonly string[], index: number) => of[(offset * CYCLE + index) % of.length] ?? "";
  const paths = (index: number) => [
    `/api/v1/pull-requests/${one(ids, index)}`,
    "/api/v1/pull-requests?limit=20",
    `/api/v1/projects/${one(projects, index)}`,
    `/api/v1/pull-requests?limit=20&project=${one(projects, index)}`,
    `/api/v1/pull-requests/${one(ids, index + 1)}`,
    "/api/v1/projects?limit=20",
  ];
  return Array.from({ length: (CYCLE - WRITES) / 6 }, (_, index) => paths(index)).flat();
}

/**
 * What one user sends again and again: reads, and two requests to refresh a pull request, each time another one, because not many
 * may wait for the same.
 */
export function requestsOf(
  user: User,
  {
    stock,
    offset,
    nextId,
  }: { readonly stock: Stock; readonly offset: number; readonly nextId: () => string },
): autocannon.Request[] {
  const { headers } = user;
  const reads = readsOf(stock, offset).map((path): autocannon.Request => ({ method: "GET", path, headers }));
  const write: autocannon.Request = {
    method: "POST",
    headers,
    setupRequest: (request) => ({ ...request, path: `/api/v1/pull-requests/${nextId()}/refresh` }),
  };
  const cycle = [...reads.slice(0, 9), write, ...reads.slice(9), write];
  const turn = offset % cycle.length;
  return [...cycle.slice(turn), ...cycle.slice(0, turn)];
}

// Violations of GitHub's own OpenAPI description: requests that GitHub would refuse, answers that it would not
// give.

import { OrbError } from "../../../src/errors.ts";
import { validateRequest, validateResponse } from "../openapi/validator.ts";
import type { Reply } from "./route.ts";

const VIOLATIONS_MAX = 1_000;

/** Answers for which the description itself is wrong. */
const MISDESCRIBED_ANSWERS = new Set([
  "apps/list-installations", // requires each account to be a user and an enterprise at the same time
]);

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export class Violations {
  readonly #list: string[] = [];
  get all(): readonly string[] {
    return this.#list;
  }

  record(violation: string): void {
    if (this.#list.length < VIOLATIONS_MAX) this.#list.push(violation);
  }

  /** Checks a request and its answer against the description. */
  check({ method, url, headers, body }: Exchange, reply: Reply): void {
    const name = `${method} ${url.pathname}${url.search}`;
    const verdict = validateRequest({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
    });
    // A request that was refused as malformed was answered as on GitHub; it still shows a bug in the client.
    for (const problem of verdict.problems) this.record(`request ${name}: ${problem}`);
    if (verdict.operationId === null || MISDESCRIBED_ANSWERS.has(verdict.operationId)) return;
    const answer = reply.content === undefined ? reply.json : String(reply.content.bytes);
    const problems = validateResponse({
      operationId: verdict.operationId,
      status: reply.status,
      body: answer,
    });
    for (const problem of problems) this.record(`answer ${reply.status} to ${name}: ${problem}`);
  }

  /** Throws an error with all violations, if there are any. */
  assertNone(): void {
    if (this.#list.length === 0) return;
    throw new OrbError({
      code: "github_violations",
      reason: `These violate GitHub's OpenAPI description:\n${this.#list.join("\n")}`,
      remedy: "Fix the client if it says 'request', the local GitHub if it says 'answer'.",
    });
  }
}

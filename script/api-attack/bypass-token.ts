import { OrbError } from "../../src/errors.ts";

/**
 * Makes a token for which no rate limit holds, so that each request is answered by its route.
 *
 * @throws OrbError `no_token`, with the answer of the bot
 */
export async function makeBypassToken({
  botUrl,
  adminToken,
}: {
  readonly botUrl: string;
  readonly adminToken: string;
}): Promise<string> {
  const answer = await fetch(`${botUrl}/api/v1/tokens?reason=schemathesis`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "schemathesis", scopes: ["admin"], bypass: true }),
  });
  if (answer.status === 201) return ((await answer.json()) as { token: string }).token;
  throw new OrbError({
    code: "no_token",
    reason: `The bot made no token (${answer.status}): ${await answer.text()}`,
    remedy: "See its log.",
  });
}

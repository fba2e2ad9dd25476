import { OrbError } from "../errors.ts";
import { type Caller, NOBODY } from "../tokens/authenticate.ts";
import type { Scope } from "../tokens/scope.ts";

/** Whether a caller, if there is one, may read. */
export function mayRead(caller: Caller | null): boolean {
  const { scopes } = caller?.actor ?? {};
  return scopes !== undefined && (scopes.has("read") || scopes.has("admin"));
}

/**
 * @param caller `null`: the request has neither a token nor a session
 * @throws OrbError `unauthenticated` without a valid token, `forbidden` without the scope; both name the scope
 */
export function requireScope(caller: Caller | null, scope: Scope): void {
  const { actor, because } = caller ?? NOBODY;
  if (!actor) {
    throw new OrbError({
      code: "unauthenticated",
      reason: `This request needs a token with the scope ${scope}, but ${because ?? "it has no valid token"}.`,
      remedy: "Send the header “Authorization: Bearer <token>”. script/token makes one.",
    });
  }
  const { scopes } = actor;
  if (scopes.has(scope) || scopes.has("admin")) return;
  throw new OrbError({
    code: "forbidden",
    reason: `This request needs the scope ${scope}, but the token has ${[...scopes].join(", ") || "none"}.`,
    remedy: "Use a token with that scope.",
  });
}

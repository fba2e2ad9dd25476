import { OrbError } from "../errors.ts";
import type { Actor, Scope } from "../tokens/authenticate.ts";

/** @throws OrbError `unauthenticated` without a valid token, `forbidden` without the scope; both name the scope */
export function requireScope(actor: Actor | null, scope: Scope): void {
  if (!actor) {
    throw new OrbError({
      code: "unauthenticated",
      reason: `This request needs a token with the scope ${scope}, but it has no valid token.`,
      remedy: "Send the header “Authorization: Bearer <token>”.",
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

import { OrbError } from "../errors.ts";
import type { Actor, Scope } from "../tokens/authenticate.ts";

/** @throws OrbError `unauthenticated` for nobody, `forbidden` for somebody without the scope; both name it */
export function requireScope(actor: Actor | null, scope: Scope): void {
  if (!actor) {
    throw new OrbError({
      code: "unauthenticated",
      reason: `This needs a token with the scope ${scope}, and the request names none that is known.`,
      remedy: "Send the header “Authorization: Bearer <token>”.",
    });
  }
  const { scopes } = actor;
  if (scopes.has(scope) || scopes.has("admin")) return;
  throw new OrbError({
    code: "forbidden",
    reason: `This needs the scope ${scope}; the token has ${[...scopes].join(", ") || "none"}.`,
    remedy: "Use a token with that scope.",
  });
}

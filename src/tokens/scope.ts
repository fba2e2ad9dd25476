export const SCOPES = ["read", "write", "signals:write", "admin"] as const;
/** What a token allows; `admin` implies all others. */
export type Scope = (typeof SCOPES)[number];

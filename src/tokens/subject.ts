import type { Database } from "../mongo/database.ts";
import type { Problems } from "../http/problem.ts";
import type { Secret } from "../secret.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import { TokenTelemetry } from "../telemetry/tokens.ts";
import { Tokens } from "./authenticate.ts";
import { TokenKeys } from "./keys.ts";
import { TokenStore } from "./store.ts";

const PROBLEMS: Problems = {
  token_ended: {
    status: 409,
    meaning: "The token is no longer good, or another one replaces it already.",
    remedy: "Make a new token with `POST /api/v1/tokens`.",
  },
};

interface Needs {
  readonly database: Database;
  readonly bootstrap: Secret | null;
  readonly doors: readonly Door<TokenParts>[];
  readonly instruments: Instruments;
  readonly now: () => Date;
}

/** What its doors use. */
export interface TokenParts {
  readonly store: TokenStore;
  readonly keys: TokenKeys;
  readonly now: () => Date;
}

export interface TokenSubject extends Subject {
  readonly tokens: Tokens;
}

/** Who may call the API. */
export function tokens({ database, bootstrap, doors, instruments, now }: Needs): TokenSubject {
  const telemetry = new TokenTelemetry(instruments);
  const store = new TokenStore(database);
  const keys = new TokenKeys({ store, now });
  const onError = (error: unknown) => telemetry.setback("token_use", error);
  return {
    tokens: new Tokens(bootstrap, { store, now, onError }),
    routes: bindDoors(doors, { store, keys, now }),
    problems: PROBLEMS,
  };
}

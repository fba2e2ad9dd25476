import type { Config } from "../config.ts";
import type { GitHubSignIn } from "../github/sign-in.ts";
import type { AuditLog } from "../http/audit-changes.ts";
import type { Problems } from "../http/problem.ts";
import type { Database } from "../mongo/database.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import { SessionTelemetry } from "../telemetry/sessions.ts";
import type { Tokens } from "../tokens/authenticate.ts";
import { BrowserSessions } from "./browser-sessions.ts";
import { fingerprintOf, SignInWithGitHub } from "./github-sign-in.ts";
import { Sessions } from "./sessions.ts";
import { SessionStore } from "./store.ts";
import { UsedSignInStore } from "./used-sign-in-store.ts";

const PROBLEMS: Problems = {
  sign_in_not_configured: {
    status: 404,
    meaning: "Nobody can sign in with GitHub, because the operator has not said who may.",
    remedy: "Sign in with a token. docs/signing-in.md says what an operator sets.",
  },
  sign_in_state_refused: {
    status: 400,
    meaning:
      "The address is not the end of a sign-in that this browser has begun in the last ten minutes, or it was used before.",
    remedy: "Start again at `/auth/github`, in the same browser.",
  },
  sign_in_refused: {
    status: 403,
    meaning: "The person may not come in, did not agree, or brings nothing that is good any more.",
    remedy: "Do what `remedy` says, and sign in again.",
  },
  sign_in_misconfigured: {
    status: 502,
    meaning: "The App's registration on GitHub does not fit the bot's configuration.",
    remedy: "Set the variable that `remedy` names, or change the App's settings page.",
  },
};

interface Needs {
  readonly database: Database;
  readonly tokens: Tokens;
  readonly audit: AuditLog;
  /** The origin under which browsers see the bot; `null` if nobody said it. */
  readonly publicUrl: string | null;
  /** `null`: nobody can sign in with GitHub. */
  readonly signIn: { readonly config: NonNullable<Config["signIn"]>; readonly gitHub: GitHubSignIn } | null;
  readonly doors: readonly Door<SessionParts>[];
  readonly instruments: Instruments;
  readonly now: () => Date;
}

/** What its doors use. */
export interface SessionParts {
  readonly browserSessions: BrowserSessions;
  /** `null`: nobody can sign in with GitHub. */
  readonly signInWithGitHub: SignInWithGitHub | null;
  readonly tokens: Tokens;
  readonly audit: AuditLog;
  readonly telemetry: SessionTelemetry;
  readonly now: () => Date;
}

export interface SessionsSubject extends Subject {
  readonly browserSessions: BrowserSessions;
}

/** Who is signed in with a browser. */
export function sessions(needs: Needs): SessionsSubject {
  const { database, tokens, audit, publicUrl, signIn, doors, instruments, now } = needs;
  const telemetry = new SessionTelemetry(instruments);
  const onError = (error: unknown) => telemetry.setback("session_use", error);
  const store = new SessionStore(database);
  const used = new UsedSignInStore(database);
  const allowed = signIn && fingerprintOf(signIn.config);
  const browserSessions = new BrowserSessions(
    new Sessions({ store, tokens, now, allowed, onError }),
    publicUrl,
  );
  const signInWithGitHub = signIn && new SignInWithGitHub({ ...signIn, used, now });
  const parts = { browserSessions, signInWithGitHub, tokens, audit, telemetry, now };
  return { browserSessions, routes: bindDoors(doors, parts), problems: PROBLEMS };
}

import type { Refusal } from "../errors.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** How somebody signs in. */
export type SignInDoor = "token" | "github";

/** The sessions of browsers. */
export class SessionTelemetry extends TelemetryPart<"session_use" | "sign_in"> {
  readonly #signIns;

  constructor(instruments: Instruments) {
    super(instruments);
    this.#signIns = instruments.metrics.counter({
      name: "orb_sign_ins_total",
      help: "Sign-ins with a browser: done, refused because of who tried or what they sent, or failed because of GitHub or the App",
      labelNames: ["door", "outcome"],
    });
  }

  signedIn(door: SignInDoor, who: { readonly id: string; readonly name: string }): void {
    this.#signIns.inc({ door, outcome: "done" });
    this.log.info({ door, actor: who }, "somebody signed in");
  }

  signInRefused(door: SignInDoor, { problem, address }: { problem: Refusal; address: string }): void {
    this.#signIns.inc({ door, outcome: "refused" });
    const message = "a sign-in was refused";
    this.calmly({ level: "warn", message, cause: `sign-in ${problem.code}` }, { door, problem, address });
  }

  signInFailed(door: SignInDoor, error: unknown): void {
    this.#signIns.inc({ door, outcome: "failed" });
    this.setback("sign_in", error, { door });
  }
}

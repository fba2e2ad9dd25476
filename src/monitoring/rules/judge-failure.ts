import { OrbError } from "../../errors.ts";
import type { Failure } from "../monitor.ts";
import { isOutage } from "./outages.ts";
import { ownPlace } from "./own-place.ts";
import { factsOf, tagsOf } from "./tags.ts";

/** How a failure is reported. */
export interface Report {
  readonly level: Failure["level"] | "fatal";
  /** Failures with the same parts are one issue. */
  readonly fingerprint: readonly string[];
  /** The name of the issue: our code, or the name of the error. */
  readonly title: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string | number>>;
}

/**
 * What happens in every good installation: the bot waits and goes on. The same goes for outages, of which health and metrics say
 * when they begin and end; here they would bury everything else.
 */
const EXPECTED: ReadonlySet<string> = new Set(["rate_limited"]);

/** @returns `null` if the failure is one that is expected */
export function judgeFailure({ what, error, level, fields }: Failure): Report | null {
  if (error instanceof OrbError && (isOutage(error.code) || EXPECTED.has(error.code))) return null;
  const facts = { what, ...factsOf(fields) };
  return { level, ...identityOf(error, what), tags: tagsOf(fields), facts };
}

/** How an error is reported that ends the process. */
export function judgeCrash(error: unknown): Report {
  return { level: "fatal", ...identityOf(error, "uncaught"), tags: {}, facts: { what: "uncaught" } };
}

/**
 * One cause is one issue. Our codes name causes, wherever they come up. An error without a code is a bug, and its cause is the
 * place in our code that it passed first.
 */
function identityOf(error: unknown, what: string): Pick<Report, "fingerprint" | "title"> {
  if (error instanceof OrbError) return { fingerprint: [error.code], title: error.code };
  const { name, stack, code } = readError(error);
  return { fingerprint: ["internal", what, name, ownPlace(stack) ?? code], title: name };
}

function readError(error: unknown): { name: string; stack: string; code: string } {
  if (!(error instanceof Error)) return { name: typeof error, stack: "", code: "" };
  const { code } = error as { code?: unknown };
  const isPlain = typeof code === "string" || typeof code === "number";
  return { name: error.name, stack: error.stack ?? "", code: isPlain ? String(code) : "" };
}

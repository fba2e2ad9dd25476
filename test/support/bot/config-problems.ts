import { loadConfig } from "../../../src/config.ts";
import { OrbError } from "../../../src/errors.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** The refusal of an environment. @throws Error if it is not refused */
export function configRefusal(env: Env): OrbError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof OrbError) return error;
    throw error;
  }
  throw new Error("This environment was expected to be refused");
}

/** The lines of the refusal that list the problems, in order. */
export function configProblems(env: Env): string[] {
  const [, ...lines] = configRefusal(env).message.split("\n");
  return lines.map((line) => line.trim());
}

import { OrbError } from "../../src/errors.ts";
import type { Program } from "./program.ts";

/** One place a program may come from. */
export interface Provider {
  /** The name of the place in the list of what was tried. */
  readonly name: string;
  /** The program, or an error whose message says why this place does not have it. */
  find(): Promise<Program>;
}

/**
 * Asks the providers in order and takes the first answer.
 *
 * @throws OrbError `service_program_missing`, with the answer of each provider
 */
export async function search(
  wanted: { name: string; remedy: string },
  providers: readonly Provider[],
): Promise<Program> {
  const refusals: Error[] = [];
  for (const provider of providers) {
    try {
      return await provider.find();
    } catch (error) {
      refusals.push(new Error(`${provider.name}: ${reasonOf(error)}`, { cause: error }));
    }
  }
  const tried = refusals.map((refusal) => `  - ${refusal.message}`).join("\n");
  throw new OrbError(
    {
      code: "service_program_missing",
      reason: `No ${wanted.name} could be found or fetched. Tried, in this order:\n${tried}`,
      remedy: wanted.remedy,
    },
    { cause: new AggregateError(refusals) },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

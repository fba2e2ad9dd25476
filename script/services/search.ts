import { OrbError } from "../../src/errors.ts";
import type { Program } from "./program.ts";

/** One place a program may come from. */
export interface Provider {
  /** Names the place in the list of what was tried. */
  readonly name: string;
  /** The program, or an error whose message says why it can't be had from here. */
  find(): Promise<Program>;
}

/**
 * Asks the providers in order and takes the first answer.
 * Throws `service_program_missing`, which tells what each of them said, when none has it.
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

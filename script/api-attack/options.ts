import { parseArgs } from "node:util";

export const HELP = `Usage: script/schemathesis [--examples N] [--seconds N] [--workers N] [--seed N] [--operation ID]…

  --examples N     so many requests for each operation, besides those that each of its rules gets; default 1000
  --seconds N      ends after this time, whatever is left, and says so with the exit code 75; default 3600
  --workers N      so many requests at once; default 1. With more, schemathesis itself sometimes fails on Python 3.11
  --seed N         makes the same choices as the run that printed this seed
  --operation ID   only this operation of docs/openapi.json, such as listProjects; may be repeated

Exits with 0 if each answer was as described, and with 1 after a list of those that were not.
`;

export class UsageError extends Error {}

export interface Options {
  readonly examples: number;
  readonly seconds: number;
  readonly workers: number;
  readonly seed: number | null;
  /** Ids; all operations, if there are none. */
  readonly operations: readonly string[];
}

/**
 * @returns null if somebody asks for help
 * @throws UsageError
 */
export function readOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help) return null;
  const { examples, seconds, workers, seed, operation: operations } = values;
  return {
    examples: numberOf("examples", examples),
    seconds: numberOf("seconds", seconds),
    workers: numberOf("workers", workers),
    seed: seed === undefined ? null : numberOf("seed", seed),
    operations,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        examples: { type: "string", default: "1000" },
        seconds: { type: "string", default: "3600" },
        workers: { type: "string", default: "1" },
        seed: { type: "string" },
        operation: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function numberOf(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} ${text} is not a whole number from 1 to 999999999.`);
}

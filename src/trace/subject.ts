import type { Problems } from "../http/problem.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import { type Traced, TraceReader } from "./read-trace.ts";

const PROBLEMS: Problems = {
  signal_ambiguous: {
    status: 409,
    meaning: "Several sources have sent a signal with this id.",
    remedy: "Name the source as well: `?source=`.",
  },
};

/** The parts that its doors use. */
export interface TraceParts {
  readonly traces: TraceReader;
}

interface Needs extends Traced {
  readonly doors: readonly Door<TraceParts>[];
}

/** What became of a message, for people who look for the cause of something. */
export function trace({ doors, ...needs }: Needs): Subject {
  return { routes: bindDoors(doors, { traces: new TraceReader(needs) }), problems: PROBLEMS };
}

import { z } from "zod";
import { TRACE_PARTS } from "../../../src/trace/trace.ts";
import { refusal } from "./refusal.ts";

const about = {
  part: z.enum(TRACE_PARTS),
  id: z.string().meta({ description: "Of what it is about, as in the other routes; of an event, its `id`." }),
  name: z.string().meta({ description: "For people." }),
};

const entry = z
  .object({
    ...about,
    at: z.date(),
    what: z.string(),
    durationMs: z.number().nullable().meta({ description: "How long it took, or was waited for." }),
    because: z.string().nullable(),
    problem: refusal.nullable(),
  })
  .meta({ id: "TraceEntry" });

const wait = z
  .object({
    ...about,
    dueAt: z
      .date()
      .nullable()
      .meta({ description: "`null`: a process works on it, or it waits for somebody." }),
    because: z.string(),
    problem: refusal.nullable(),
  })
  .meta({ id: "TraceWait", description: "What is still to come." });

const gap = z
  .object({ part: z.enum(TRACE_PARTS), id: z.string().nullable(), because: z.string() })
  .meta({ id: "TraceGap", description: "What is not stored any more, or never was." });

export const trace = z
  .object({
    kind: z.enum(["delivery", "signal"]),
    id: z.string(),
    source: z.string().nullable().meta({ description: "Of a signal." }),
    type: z.string().meta({ description: "The type of the signal, or the event of GitHub." }),
    project: z.string().nullable(),
    repository: z.string().nullable(),
    receivedAt: z.date(),
    status: z.enum(["pending", "done", "dead"]),
    durationMs: z.number().meta({ description: "From its arrival to the last entry." }),
    entries: z.array(entry).meta({ description: "What happened, in the order of time." }),
    waits: z.array(wait),
    gaps: z.array(gap).meta({ description: "What the trace can't show, and why." }),
    isCut: z.boolean().meta({ description: "There is more than is shown." }),
  })
  .meta({ id: "Trace", description: "What became of one message: from the door to the events about it." });

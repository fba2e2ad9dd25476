import { z } from "zod";
import { SIGNAL_DATA, type SignalType } from "../../../src/signals/signal.ts";

const accepted = z.object({
  id: z.string(),
  project: z.string(),
  duplicate: z.boolean().meta({ description: "It was stored before, and changes nothing." }),
});
const refused = z.object({
  id: z.string(),
  project: z.string(),
  status: z.literal(409),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
});

export const answer = z
  .object({
    accepted: z.array(accepted),
    refused: z.array(refused).optional().meta({
      description: "Those whose `source` and `id` belong to another event. Only they are not stored.",
    }),
  })
  .meta({ id: "AcceptedSignals" });

const EVENTS = [
  eventOf("orb.project.created"),
  eventOf("orb.phase.started"),
  eventOf("orb.phase.completed"),
  eventOf("orb.agent.executed"),
  eventOf("orb.implementation.completed"),
  eventOf("orb.project.cancelled"),
  eventOf("orb.project.failed"),
  eventOf("orb.workspace.active"),
] as const;

/** A signal of each type, as senders write it. `parseSignal` reads them, because it says more about what is wrong. */
export const signal = z.discriminatedUnion("type", EVENTS).meta({
  id: "Signal",
  description: "A CloudEvent 1.0 in JSON; docs/signals.md has an example of each type.",
});

function eventOf<Type extends SignalType>(type: Type) {
  return z
    .looseObject({
      specversion: z.literal("1.0"),
      id: z.string().min(1),
      source: z.string().min(1),
      type: z.literal(type),
      time: z.iso.datetime({ offset: true }).nullish(),
      data: SIGNAL_DATA[type],
    })
    .meta({ id: `Signal.${type.slice("orb.".length)}` });
}

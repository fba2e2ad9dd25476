import { z } from "zod";
import { DELIVERY_STATUSES } from "../../../src/deliveries/store.ts";
import { refusal } from "./refusal.ts";

export const delivery = z
  .object({
    id: z.string().meta({ description: "GitHub's `X-GitHub-Delivery`." }),
    event: z.string(),
    action: z.string().nullable(),
    repository: z.string().nullable(),
    installationId: z.int().nullable(),
    receivedAt: z.date(),
    size: z.int().meta({ description: "Of the body that GitHub sent, in bytes." }),
    status: z.enum(DELIVERY_STATUSES),
    outcome: z.enum(["applied", "ignored"]).nullable(),
    because: z.string().nullable(),
    problem: refusal.nullable(),
    attempts: z.int(),
    crashes: z.int().meta({ description: "How many processes in a row crashed while they handled it." }),
    replays: z.int(),
    nextAttemptAt: z.date().nullable(),
  })
  .meta({ id: "Delivery", description: "A webhook of GitHub, without its payload." });

export const acceptedDelivery = z
  .object({
    deliveryId: z.string(),
    outcome: z.enum(["stored", "duplicate", "ignored"]).meta({
      description: "`ignored`: nothing in the bot handles the event, so it is not stored.",
    }),
  })
  .meta({ id: "AcceptedDelivery" });

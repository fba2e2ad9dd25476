import { afterEach, beforeEach } from "../testing.ts";
import type { Handled } from "../../../src/deliveries/delivery.ts";
import type { DeliveryWork } from "../../../src/deliveries/delivery-work.ts";
import { type Inbox, openInbox } from "./inbox.ts";

/** The answer of a handler for which a delivery took effect. */
export const APPLIED: Handled = { outcome: "applied", because: "it was asked for" };

/** An inbox for each test, and the ids of what was handled, in order. */
export interface NotingInbox {
  readonly inbox: Inbox;
  readonly seen: string[];
  /** The work of a process with this name, which only notes what it handles. */
  worker(owner: string): DeliveryWork;
}

/** To be called once, at the top of the file. */
export function useNotingInbox(): NotingInbox {
  let inbox: Inbox;
  let seen: string[];
  beforeEach(async () => {
    inbox = await openInbox();
    seen = [];
  });
  afterEach(async () => {
    await inbox[Symbol.asyncDispose]();
  });
  return {
    get inbox() {
      return inbox;
    },
    get seen() {
      return seen;
    },
    worker: (owner) =>
      inbox.worker(owner, async ({ id }) => {
        seen.push(id);
        return APPLIED;
      }),
  };
}

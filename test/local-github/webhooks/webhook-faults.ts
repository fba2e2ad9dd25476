// What can go wrong between GitHub and a bot's webhook endpoint; a test sets it in advance.

export type WebhookFault =
  /** Signed with another secret. */
  | { readonly kind: "wrong-signature" }
  /** Sent twice at once, with one GUID. */
  | { readonly kind: "duplicate" }
  /** Sent only after the next delivery to the same App has been answered, or by `drain()`. */
  | { readonly kind: "reorder" }
  | { readonly kind: "delay"; readonly delayMs: number }
  /** Never sent, and missing in the delivery log too: only a comparison with GitHub's state finds it. */
  | { readonly kind: "lose" }
  /** Not sent, but logged as failed, as when the bot's host does not answer. */
  | { readonly kind: "unreachable" }
  /** Kept until the test calls `release()`. */
  | { readonly kind: "hold" };

export interface WebhookFaultRule {
  /** `X-GitHub-Event`; any event if missing. */
  readonly event?: string;
  readonly action?: string;
  /** How many matching deliveries first pass unchanged. */
  readonly skip?: number;
  /** How many deliveries it affects; 1 by default, `Infinity` for all. */
  readonly times?: number;
  readonly fault: WebhookFault;
}

interface Armed {
  readonly rule: WebhookFaultRule;
  skipsLeft: number;
  timesLeft: number;
}

export class WebhookFaults {
  #armed: Armed[] = [];

  add(rule: WebhookFaultRule): void {
    this.#armed.push({ rule, skipsLeft: rule.skip ?? 0, timesLeft: rule.times ?? 1 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault for this delivery, if any; the oldest matching rule counts. */
  strike({ event, action }: { event: string; action: string | null }): WebhookFault | null {
    for (const armed of this.#armed) {
      const { rule } = armed;
      if (rule.event !== undefined && rule.event !== event) continue;
      if (rule.action !== undefined && rule.action !== action) continue;
      if (armed.skipsLeft > 0) {
        armed.skipsLeft -= 1;
        continue;
      }
      armed.timesLeft -= 1;
      if (armed.timesLeft <= 0) this.#armed = this.#armed.filter((each) => each !== armed);
      return rule.fault;
    }
    return null;
  }
}

// Failures on order: what real GitHub does on its bad days, at the request that a test names.

/** What goes wrong. "before" and "after" mean the effect: after it, the deed is done and only the answer is wrong. */
export type Fault =
  | { readonly kind: "error"; readonly status: 500 | 502 | 503 | 504; readonly when: "before" | "after" }
  /** The connection is cut without an answer. */
  | { readonly kind: "lost-answer"; readonly when: "before" | "after" }
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Waits before the effect until the test lets go; for interleavings that no delay could make certain. */
  | { readonly kind: "held"; readonly until: Promise<unknown> }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "secondary-limit"; readonly retryAfterS: number; readonly status?: 403 | 429 }
  | { readonly kind: "primary-limit"; readonly resetInS: number; readonly status?: 403 | 429 }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly json: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface FaultOrder {
  /** `POST /repos/{owner}/{repo}/pulls`, `POST /graphql`; every request where there is none. */
  readonly route?: string;
  /** Every route of this method, where no route is given. */
  readonly method?: string;
  /** How often; once unless told otherwise, `Infinity` until removed. */
  readonly times?: number;
  /** Matching requests to let pass first. */
  readonly skip?: number;
  readonly fault: Fault;
}

/** An order as it stands: how often it struck, and a way to call it off. */
export interface PlacedFault {
  readonly hits: number;
  remove(): void;
}

interface Standing {
  readonly order: FaultOrder;
  skipLeft: number;
  timesLeft: number;
  hits: number;
}

export class Faults {
  readonly #standing = new Set<Standing>();

  add(order: FaultOrder): PlacedFault {
    const standing: Standing = { order, skipLeft: order.skip ?? 0, timesLeft: order.times ?? 1, hits: 0 };
    this.#standing.add(standing);
    return {
      get hits() {
        return standing.hits;
      },
      remove: () => {
        this.#standing.delete(standing);
      },
    };
  }

  clear(): void {
    this.#standing.clear();
  }

  /** The fault for this request, if one is due; the first order that matches is used up by one. */
  take(method: string, template: string): Fault | null {
    for (const standing of this.#standing) {
      if (!matches(standing.order, method, template)) continue;
      if (standing.skipLeft > 0) {
        standing.skipLeft -= 1;
        continue;
      }
      standing.hits += 1;
      standing.timesLeft -= 1;
      if (standing.timesLeft <= 0) this.#standing.delete(standing);
      return standing.order.fault;
    }
    return null;
  }
}

function matches({ route, method }: FaultOrder, actualMethod: string, template: string): boolean {
  if (route !== undefined) return route === `${actualMethod} ${template}`;
  return method === undefined || method === actualMethod;
}

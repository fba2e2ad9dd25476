// Failures on request: what the real GitHub does on its bad days, at the request that a test names.

/**
 * What goes wrong. "before" and "after" refer to the effect: after it, the work is done and only the answer is
 * wrong.
 */
export type Fault =
  | { readonly kind: "error"; readonly status: 500 | 502 | 503 | 504; readonly when: "before" | "after" }
  /** The connection is cut without an answer. */
  | { readonly kind: "lost-answer"; readonly when: "before" | "after" }
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Waits before the effect until the test releases it; for interleavings that no delay could guarantee. */
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
  /** `POST /repos/{owner}/{repo}/pulls`, or with a path of its own `POST /repos/octo/hello/pulls`; every request if it is missing. */
  readonly route?: string;
  /** Every route of this method, if no route is given. */
  readonly method?: string;
  /** How often; once by default, `Infinity` until removed. */
  readonly times?: number;
  /** Matching requests to let pass first. */
  readonly skip?: number;
  readonly fault: Fault;
}

/** An ordered fault: how often it was hit, and a way to remove it. */
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

  /** The fault for this request, if one is due; uses up one hit of the first matching order. */
  take(method: string, template: string, path: string): Fault | null {
    for (const standing of this.#standing) {
      if (!matches(standing.order, method, [template, path])) continue;
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

function matches({ route, method }: FaultOrder, actualMethod: string, paths: readonly string[]): boolean {
  if (route !== undefined) return paths.some((path) => route === `${actualMethod} ${path}`);
  return method === undefined || method === actualMethod;
}

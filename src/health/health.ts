import type { Finding, HealthCheck } from "./check.ts";
import { Watched } from "./watched.ts";

/** What is known about one service, without asking it. */
export interface ServiceState extends Finding {
  readonly name: string;
  /** How old this is, in milliseconds; `null` if it has not been asked yet. */
  readonly ageMs: number | null;
}

export interface Readiness {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly services: readonly ServiceState[];
}

/**
 * Whether this process can serve, and how everything is that it depends on. Each thing is asked in the background; a
 * reader gets the last answer at once, however long the thing hangs.
 */
export class Health {
  readonly #watched: readonly Watched[];
  #stopping = false;

  /** @param onFound called with each answer */
  constructor(checks: readonly HealthCheck[], onFound: (service: string, up: boolean) => void) {
    this.#watched = checks.map((check) => new Watched(check, ({ up }) => onFound(check.name, up)));
  }

  /** Begins to ask. Resolves when something is known about each. */
  async start(): Promise<void> {
    await Promise.all(this.#watched.map((each) => each.start()));
  }

  /** Not ready from now on, so that load balancers stop sending requests before the server closes. */
  stopping(): void {
    this.#stopping = true;
  }

  /** Asks no more. */
  stop(): void {
    for (const each of this.#watched) each.stop();
  }

  get services(): readonly ServiceState[] {
    return this.#watched.map((each) => stateOf(each));
  }

  get readiness(): Readiness {
    const { services } = this;
    const ready = !this.#stopping && services.every(({ blocks }) => !blocks);
    return { ready, stopping: this.#stopping, services };
  }

  /** Whether it was asked, and is away. */
  isAway(name: string): boolean {
    return this.#watched.some(({ check, finding }) => check.name === name && finding?.up === false);
  }
}

/** What was not asked yet can't be relied on. */
function stateOf({ check: { name, failed }, finding, ageMs }: Watched): ServiceState {
  const problem = {
    code: "not_checked_yet",
    reason: `Nothing is known about ${name} yet: the process has just started.`,
    remedy: "Ask again in a second.",
  };
  return { name, ageMs, ...(finding ?? { ...failed, up: false, problem }) };
}

import type { Refusal } from "../errors.ts";

const CHECK_TIMEOUT_MS = 1_000;

/** What a dependency is like at the moment. */
export interface DependencyState {
  readonly up: boolean;
  /** Whether the process can't serve without it. */
  readonly blocks: boolean;
  readonly problem: Refusal | null;
}

export interface DependencyCheck {
  readonly name: string;
  /** Never throws. */
  readonly check: () => Promise<DependencyState>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly dependencies: readonly (DependencyState & { readonly name: string })[];
}

/** Whether this process can serve: it has what it depends on and it is not about to stop. */
export class ReadinessChecks {
  readonly #checks: readonly DependencyCheck[];
  readonly #onChecked: (dependency: string, up: boolean) => void;
  #stopping = false;

  constructor(checks: readonly DependencyCheck[], onChecked: (dependency: string, up: boolean) => void) {
    this.#checks = checks;
    this.#onChecked = onChecked;
  }

  /** Not ready from now on, so that load balancers stop sending requests before the server closes. */
  stopping(): void {
    this.#stopping = true;
  }

  async check(): Promise<Readiness> {
    const states = this.#checks.map(async ({ name, check }) => ({ name, ...(await check()) }));
    const dependencies = await Promise.all(states);
    for (const { name, up } of dependencies) this.#onChecked(name, up);
    return {
      ready: !this.#stopping && dependencies.every(({ blocks }) => !blocks),
      stopping: this.#stopping,
      dependencies,
    };
  }
}

/**
 * A dependency that is up if it answers in time.
 *
 * @param ask resolves if it answers
 * @param isNeeded whether the process can't serve without it
 */
export function answering(
  name: string,
  ask: () => Promise<unknown>,
  { isNeeded }: { isNeeded: boolean },
): DependencyCheck {
  return {
    name,
    check: async () => {
      const up = await answers(ask);
      return { up, blocks: isNeeded && !up, problem: up ? null : silent(name) };
    },
  };
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), CHECK_TIMEOUT_MS);
  try {
    const answered = ask().then(
      () => true,
      () => false,
    );
    return await Promise.race([answered, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(name: string): Refusal {
  return {
    code: `${name}_unavailable`,
    reason: `The server ${name} does not answer.`,
    remedy: "Check that it is running and can be reached from here. The bot continues by itself.",
  };
}

const CHECK_TIMEOUT_MS = 1_000;

export interface DependencyCheck {
  readonly name: string;
  /** Resolves if the dependency answers. */
  readonly check: () => Promise<unknown>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly dependencies: readonly { readonly name: string; readonly up: boolean }[];
}

/** Whether this process can serve: its dependencies answer and it is not about to stop. */
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
    const dependencies = await Promise.all(
      this.#checks.map(async ({ name, check }) => ({ name, up: await answers(check) })),
    );
    for (const { name, up } of dependencies) this.#onChecked(name, up);
    return {
      ready: !this.#stopping && dependencies.every(({ up }) => up),
      stopping: this.#stopping,
      dependencies,
    };
  }
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), CHECK_TIMEOUT_MS);
  try {
    const answered = check().then(
      () => true,
      () => false,
    );
    return await Promise.race([answered, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reports the progress of the demo: lines for people, or JSON lines for programs. */
export class Reporter {
  readonly #startedAtMs = performance.now();
  readonly #json: boolean;

  constructor({ json }: { json: boolean }) {
    this.#json = json;
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAtMs);
  }

  /** Reports one step: `step` is one or two words, `detail` a sentence. People and programs read both. */
  step(step: string, detail: string): void {
    const { elapsedMs } = this;
    if (this.#json) this.#print(JSON.stringify({ step, detail, elapsedMs }));
    else this.#print(`${(elapsedMs / 1000).toFixed(1).padStart(6)} s  ${step.padEnd(15)} ${detail}`);
  }

  /** Lines for people only. */
  say(...lines: readonly string[]): void {
    if (!this.#json) this.#print(lines.join("\n"));
  }

  /** The final result, or that the demo is ready: always a line of JSON. */
  result(result: object): void {
    this.#print(JSON.stringify(result));
  }

  get json(): boolean {
    return this.#json;
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}

/** Which methods an address has, so that a wrong method is not answered as a wrong address. */
export class AllowedMethods {
  readonly #routes: { readonly steps: readonly string[]; readonly method: string }[] = [];

  /** @param url the address of a route, such as `/api/v1/projects/:id` */
  add(url: string, methods: string | readonly string[]): void {
    for (const method of [methods].flat()) this.#routes.push({ steps: url.split("/"), method });
  }

  /**
   * @param path without a query; `*` is the server itself
   * @returns the methods in alphabetical order; empty if no route has such an address
   */
  of(path: string): string[] {
    const asked = path.split("/");
    const matching = this.#routes.filter(({ steps }) => path === "*" || isAt(asked, steps));
    // `/pull-requests/preview` is not the pull request of that id.
    const literal = matching.filter(({ steps }) => !steps.some((step) => step.startsWith(":")));
    const found = path !== "*" && literal.length > 0 ? literal : matching;
    return found.length === 0
      ? []
      : [...new Set(["OPTIONS", ...found.map(({ method }) => method)])].toSorted();
  }
}

function isAt(asked: readonly string[], steps: readonly string[]): boolean {
  if (asked.length !== steps.length) return false;
  return steps.every((step, index) => (step.startsWith(":") ? asked[index] !== "" : asked[index] === step));
}

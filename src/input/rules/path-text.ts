export type Path = readonly PropertyKey[];

/** A path in words: `areas.api[2]` is the third item of that list. */
export function pathText(path: Path): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "");
}

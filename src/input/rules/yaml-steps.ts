/** Of the library, for its worst texts: a step is a comparison of two characters, some nanoseconds. */
const STEPS_OF_A_CHARACTER = 1_000;

/** How many steps it takes in the worst case to read a text as YAML. */
export function stepsOfYaml(text: string): number {
  return text.length * STEPS_OF_A_CHARACTER;
}

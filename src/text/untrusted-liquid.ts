import { Liquid, LiquidError } from "liquidjs";

/** Longer than any template needs to be, and short enough to be read in a review. */
const TEMPLATE_CHARACTERS_MAX = 20_000;
const RENDER_MS_MAX = 200;
const MEMORY_UNITS_MAX = 1_000_000;
const OUTPUT_CHARACTERS_MAX = 20_000;

// Nothing that opens a file, asks the clock or chance, or evaluates a text: the same facts make the same description.
export const TAGS: readonly string[] = "if unless case for break continue assign capture comment raw #".split(
  " ",
);
const FILTERS = new Set(
  (
    "abs at_least at_most ceil floor round plus minus times divided_by modulo append prepend capitalize upcase downcase " +
    "strip squish default size join first last replace truncate"
  ).split(" "),
);

export type Rendered =
  | { readonly output: string }
  | {
      /** In the library's words, for people. */
      readonly reason: string;
      readonly line: number | null;
      /** The name that the template uses and is not given. */
      readonly unknown: string | null;
    };

const liquid = restricted();

/** A template of somebody else's, rendered within limits and without access to anything but its values. */
export function renderUntrusted(source: string, values: Readonly<Record<string, unknown>>): Rendered {
  try {
    const output = String(liquid.parseAndRenderSync(source, values));
    if (output.length <= OUTPUT_CHARACTERS_MAX) return { output };
    return failed(`It makes more than ${OUTPUT_CHARACTERS_MAX} characters.`);
  } catch (error) {
    // Whatever is thrown here is about the template: nothing else takes part.
    return explain(error);
  }
}

function restricted(): Liquid {
  const liquid = new Liquid({
    // No file: what is not in here is not found.
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    parseLimit: TEMPLATE_CHARACTERS_MAX,
    renderLimit: RENDER_MS_MAX,
    memoryLimit: MEMORY_UNITS_MAX,
  });
  for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!FILTERS.has(name)) liquid.unregisterFilter(name);
  return liquid;
}

function explain(error: unknown): Rendered {
  if (!LiquidError.is(error))
    return failed(error instanceof Error ? `It can't be read: ${error.message}.` : "");
  const [line = null] = error.token.getPosition();
  const [words = ""] = error.message.split(", line:");
  const cause: unknown = error.originalError;
  const unknown = cause instanceof Error && "variableName" in cause ? String(cause.variableName) : null;
  return { reason: `It can't be rendered: ${words}.`, line, unknown };
}

function failed(reason: string): Rendered {
  return { reason, line: null, unknown: null };
}

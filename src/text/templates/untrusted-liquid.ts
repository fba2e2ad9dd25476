import { Liquid, LiquidError } from "liquidjs";

/** Longer than any template needs to be, and short enough for a review. */
const TEMPLATE_CHARACTERS_MAX = 20_000;
const RENDER_MS_MAX = 200;
const MEMORY_UNITS_MAX = 1_000_000;
const OUTPUT_CHARACTERS_MAX = 20_000;

// Nothing here opens a file, uses the clock or chance, or evaluates text: the same facts give the same description.
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
      /** The message of the library, for people. */
      readonly reason: string;
      readonly line: number | null;
      /** The unknown name that the template uses. */
      readonly unknown: string | null;
    };

const liquid = restricted();

/** Renders an untrusted template within limits and without access to anything except its values. */
export function renderUntrusted(source: string, values: Readonly<Record<string, unknown>>): Rendered {
  try {
    const output = String(liquid.parseAndRenderSync(source, values));
    if (output.length <= OUTPUT_CHARACTERS_MAX) return { output };
    return failed(`The template produces more than ${OUTPUT_CHARACTERS_MAX} characters.`);
  } catch (error) {
    // Every error here comes from the template, because nothing else takes part.
    return explain(error);
  }
}

function restricted(): Liquid {
  const liquid = new Liquid({
    // No files: only templates in this map can be included.
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
    return failed(error instanceof Error ? `The template can't be read: ${error.message}.` : "");
  const [line = null] = error.token.getPosition();
  const [words = ""] = error.message.split(", line:");
  const cause: unknown = error.originalError;
  const unknown = cause instanceof Error && "variableName" in cause ? String(cause.variableName) : null;
  return { reason: `The template can't be rendered: ${words}.`, line, unknown };
}

function failed(reason: string): Rendered {
  return { reason, line: null, unknown: null };
}

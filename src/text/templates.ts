import { Liquid } from "liquidjs";
import type { SafeMarkdown, SafeValue } from "./safe.ts";

// LiquidJS stops a template that is too long, takes too long or uses too much, whoever wrote it.
const PARSED_CHARACTERS_MAX = 100_000;
const RENDER_MS_MAX = 500;
const MEMORY_UNITS_MAX = 10_000_000;

/** The words that the bot says on GitHub, from the files in `templates/`. */
export class Templates {
  readonly #liquid: Liquid;

  /** @param root absolute path of the folder */
  constructor(root: string) {
    this.#liquid = new Liquid({
      root,
      extname: ".md",
      cache: true,
      ownPropertyOnly: true,
      strictFilters: true,
      strictVariables: true,
      parseLimit: PARSED_CHARACTERS_MAX,
      renderLimit: RENDER_MS_MAX,
      memoryLimit: MEMORY_UNITS_MAX,
    });
  }

  /**
   * @param name path below the folder, without `.md`
   * @throws Error where the template names something that it is not given, or goes over a limit
   */
  render(name: string, values: Readonly<Record<string, SafeValue>>): SafeMarkdown {
    const rendered: unknown = this.#liquid.renderFileSync(name, values);
    // Safe, because every value is, and the templates are ours.
    return String(rendered).trim() as SafeMarkdown;
  }
}

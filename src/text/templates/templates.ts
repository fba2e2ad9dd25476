import { Liquid } from "liquidjs";
import type { SafeMarkdown, SafeValue } from "../safe.ts";

// LiquidJS stops every template that is too long, takes too long or uses too much memory.
const PARSED_CHARACTERS_MAX = 100_000;
const RENDER_MS_MAX = 500;
const MEMORY_UNITS_MAX = 10_000_000;

/** Renders the texts that the bot writes on GitHub, from the files in `templates/`. */
export class Templates {
  /** The absolute path of the folder. */
  readonly root: string;
  readonly #liquid: Liquid;

  /** @param root absolute path of the folder */
  constructor(root: string) {
    this.root = root;
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
   * @throws Error if the template uses an unknown name or exceeds a limit
   */
  render(name: string, values: Readonly<Record<string, SafeValue>>): SafeMarkdown {
    const rendered: unknown = this.#liquid.renderFileSync(name, values);
    // Safe, because every value is, and the templates are ours.
    return String(rendered).trim() as SafeMarkdown;
  }
}

import { glob, readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { Rule } from "./rules/with-rules.ts";

const words = z.record(z.string(), z.string()).default({});
const file = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          record: z.string().optional(),
          alert: z.string().optional(),
          expr: z.coerce.string(),
          labels: words,
          annotations: words,
        }),
      ),
    }),
  ),
});

/** A rule with the file that has it. */
export interface FiledRule extends Rule {
  readonly file: string;
}

/** Every rule in the YAML files below a folder. A file without the key `groups` has none. */
export async function readRules(folder: string): Promise<FiledRule[]> {
  const found: FiledRule[] = [];
  for await (const path of glob(`${folder}/**/*.{yml,yaml}`)) {
    const content: unknown = parse(await readFile(path, "utf8"));
    if (typeof content !== "object" || content === null || !("groups" in content)) continue;
    for (const { rules } of file.parse(content).groups) {
      found.push(
        ...rules.map(({ record = null, alert = null, expr, labels, annotations }) => ({
          file: path,
          record,
          alert,
          expr,
          labels: Object.keys(labels),
          texts: [...Object.values(labels), ...Object.values(annotations)],
        })),
      );
    }
  }
  return found;
}

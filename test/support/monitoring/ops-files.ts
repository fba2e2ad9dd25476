import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../repository-files.ts";

const words = z.record(z.string(), z.string());
const rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          labels: words.default({}),
          annotations: words.default({}),
        }),
      ),
    }),
  ),
});

/** An alert, as `ops/prometheus/alerts.yml` has it. */
export type Alert = z.infer<typeof rules>["groups"][number]["rules"][number];

/** What a copy of `ops/` is made for. */
export interface OpsCopy extends AsyncDisposable {
  readonly path: string;
  /** Reads a YAML file of the copy, changes it and writes it back. */
  change(file: string, change: (content: never) => unknown): Promise<void>;
}

/** Reads a YAML file below `ops/`. */
export async function readOps(file: string): Promise<unknown> {
  return parse(await readFile(join(ROOT, "ops", file), "utf8"));
}

/** All alerts, in order. */
export async function readAlerts(): Promise<Alert[]> {
  return rules.parse(await readOps("prometheus/alerts.yml")).groups.flatMap((group) => group.rules);
}

/** Copies `ops/` to a temporary folder, with a token in the place of the operator's. */
export async function copyOps(token: string): Promise<OpsCopy> {
  const path = await mkdtemp(join(tmpdir(), "orb-ops-"));
  await cp(join(ROOT, "ops"), path, { recursive: true });
  await mkdir(join(path, "prometheus/secrets"));
  await writeFile(join(path, "prometheus/secrets/orb-token"), token);
  return {
    path,
    change: async (file, change) => {
      const changed = change(parse(await readFile(join(path, file), "utf8")) as never);
      // YAML includes JSON.
      await writeFile(join(path, file), JSON.stringify(changed));
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

const Manifest = z.object({
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(["read", "write", "admin"])),
});

/** The events and permissions in app.yml. The demo and the tests install the App with these, which proves that they suffice. */
export async function appManifest(): Promise<{
  events: string[];
  permissions: Record<string, "read" | "write" | "admin">;
}> {
  const text = await readFile(new URL("../../app.yml", import.meta.url), "utf8");
  const { default_events: events, default_permissions: permissions } = Manifest.parse(parse(text));
  return { events, permissions };
}

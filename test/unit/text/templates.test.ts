import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ownWords } from "../../../src/text/safe.ts";
import { Templates } from "../../../src/text/templates.ts";

test("a template renders others of its folder, with the values that it hands on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orb-templates-"));
  try {
    await writeFile(join(folder, "list.md"), "{% for item in items %}- {{ item }}\n{% endfor %}");
    await writeFile(join(folder, "page.md"), "## {{ title }}\n\n{% render 'list', items: things %}");
    await writeFile(join(folder, "greedy.md"), "{% render 'list' %}");
    const templates = new Templates(folder);
    const values = { title: ownWords("Things"), things: [ownWords("a"), ownWords("b")] };
    expect(templates.render("page", values)).toBe("## Things\n\n- a\n- b");
    expect(() => templates.render("greedy", { items: [] })).toThrow("undefined variable: items");
  } finally {
    await rm(folder, { recursive: true });
  }
});

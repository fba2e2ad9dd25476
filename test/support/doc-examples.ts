import { readFile } from "node:fs/promises";
import type { Code, Root } from "mdast";
import remarkParse from "remark-parse";
import { unified } from "unified";

/** A fenced code block that a test runs or reads: its info string says `test=NAME` after the language. */
export interface DocExample {
  /** `sh`, `python` or `json`. */
  readonly language: string;
  /** NAME: what the example needs or shows. */
  readonly test: string;
  readonly code: string;
  /** Of the opening fence, for messages. */
  readonly line: number;
}

/** The marked examples of a Markdown page, in order. */
export async function readDocExamples(path: string): Promise<DocExample[]> {
  const root: Root = unified()
    .use(remarkParse)
    .parse(await readFile(path, "utf8"));
  return root.children.filter((node) => node.type === "code").flatMap(toExample);
}

function toExample({ lang, meta, value, position }: Code): DocExample[] {
  const test = meta?.match(/(?:^| )test=(\S+)/)?.[1];
  if (test === undefined) return [];
  return [{ language: lang ?? "", test, code: value, line: position?.start.line ?? 0 }];
}

import { readFile } from "node:fs/promises";
import remarkParse from "remark-parse";
import { unified } from "unified";

/** A fenced code block that a test runs or reads: its info string has `test=NAME` after the language. */
export interface DocExample {
  /** `sh`, `python` or `json`. */
  readonly language: string;
  /** The NAME in `test=NAME`. */
  readonly test: string;
  readonly code: string;
  /** The line of the opening fence, for messages. */
  readonly line: number;
}

/** The marked examples of a Markdown page, in order. */
export async function readDocExamples(path: string): Promise<DocExample[]> {
  const page = unified()
    .use(remarkParse)
    .parse(await readFile(path, "utf8"));
  return page.children.flatMap((node) => {
    const test = node.type === "code" ? node.meta?.match(/(?:^| )test=(\S+)/)?.[1] : undefined;
    if (node.type !== "code" || test === undefined) return [];
    return [{ language: node.lang ?? "", test, code: node.value, line: node.position?.start.line ?? 0 }];
  });
}

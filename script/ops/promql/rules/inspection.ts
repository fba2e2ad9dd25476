import type { SyntaxNode } from "@lezer/common";
import type { Value } from "./value.ts";

/** What is asked about a part of an expression. */
export interface Inspection {
  /** Finds out what a part gives. */
  readonly value: (node: SyntaxNode) => Value;
  /** The words of a part. */
  readonly text: (node: SyntaxNode) => string;
  /** Notes a mistake. */
  readonly problem: (words: string) => void;
}

// The lines of a file's patch with their numbers before and after, as a diff view shows them.

export interface PatchLine {
  readonly kind: "hunk" | "added" | "removed" | "context" | "note";
  readonly before: number | null;
  readonly after: number | null;
  /** Without the sign at the start. */
  readonly text: string;
}

const HUNK_HEADER = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Reads the hunks of a unified diff, without file headers. */
export function patchLines(patch: string): PatchLine[] {
  let before = 0;
  let after = 0;
  return patch.split("\n").map((line): PatchLine => {
    const header = HUNK_HEADER.exec(line);
    if (header) {
      before = Number(header[1]);
      after = Number(header[2]);
      return { kind: "hunk", before: null, after: null, text: line };
    }
    const text = line.slice(1);
    switch (line.charAt(0)) {
      case "+":
        return { kind: "added", before: null, after: after++, text };
      case "-":
        return { kind: "removed", before: before++, after: null, text };
      case "\\":
        return { kind: "note", before: null, after: null, text: text.trim() };
      default:
        return { kind: "context", before: before++, after: after++, text };
    }
  });
}

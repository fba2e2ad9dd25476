/** What the text says in place of a secret. */
export type Words = "[token removed]" | "[password removed]" | "[private key removed]" | "";

/** A secret in a text, from one index up to, but not including, another. */
export interface Finding {
  readonly from: number;
  readonly to: number;
  readonly words: Words;
}

/** The findings in their order in the text; those that overlap become one, with the words of the earliest in the list. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const merged: (Finding & { readonly rank: number })[] = [];
  const ranked = findings.map((finding, rank) => ({ ...finding, rank }));
  for (const finding of ranked.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || finding.from >= last.to) merged.push(finding);
    else {
      const { words, rank } = finding.rank < last.rank ? finding : last;
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, finding.to), words, rank };
    }
  }
  return merged;
}

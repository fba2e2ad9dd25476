import { distance } from "fastest-levenshtein";

/** Longer words are not compared, because no key is that long. */
const COMPARED_CHARACTERS_MAX = 40;

/** The known word that is most similar to a word; `null` if none is similar enough. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > COMPARED_CHARACTERS_MAX) return null;
  const far = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((name) => ({ name, steps: distance(name.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  return best && best.steps <= far && best.steps < best.name.length ? best.name : null;
}

/** A letter or digit of any script. */
const IN_WORD = /[\p{L}\p{N}]/u;
/** MongoDB tries the index with each of them, so more cost more than they find. */
const NEEDED_MAX = 16;

/**
 * The pieces of a text by which any part of it is found, in lower case: three characters of one word; two that begin a word, or are
 * not both of one; one that begins a word, or is of none. A text of n characters has fewer than 3n.
 */
export function piecesOf(text: string): string[] {
  return piecesIn(text, { isPart: false });
}

/**
 * The pieces that a text must have to contain `part`, from all over it, because any of them may be rare. There is always one, because a
 * part of one or two letters only counts where it begins a word.
 */
export function neededPieces(part: string): string[] {
  const pieces = piecesIn(part, { isPart: true });
  const needed = pieces.length > 0 ? pieces : piecesIn(part, { isPart: false });
  const longer = needed.filter((piece) => Array.from(piece).length > 1);
  const telling = longer.length > 0 ? longer : needed;
  const step = Math.ceil(telling.length / NEEDED_MAX);
  return telling.filter((_, index) => index % step === 0);
}

/** @param isPart whether the text may begin in the middle of a word */
function piecesIn(text: string, { isPart }: { isPart: boolean }): string[] {
  // Each by itself, so that its neighbours do not change it: Σ has two lower cases.
  const places = Array.from(text, (character) => ({
    character: character.toLowerCase(),
    inWord: IN_WORD.test(character),
  }));
  const pieces = new Set<string>();
  for (const [index, { character, inWord }] of places.entries()) {
    const [before, second, third] = [places[index - 1], places[index + 1], places[index + 2]];
    const begins = !inWord || (before ? !before.inWord : !isPart);
    if (begins) pieces.add(character);
    if (second && (begins || !second.inWord)) pieces.add(character + second.character);
    if (inWord && second?.inWord && third?.inWord) {
      pieces.add(character + second.character + third.character);
    }
  }
  return [...pieces];
}

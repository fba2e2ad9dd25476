/** Deeper than anything that the bot reads, and shallow enough for every function that follows the levels. */
const DEPTH_MAX = 100;
/** Each takes many times its two bytes in memory. The largest payloads of GitHub have some ten thousand. */
const CONTAINERS_MAX = 500_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/**
 * Checks the shape of JSON before it is parsed, so that a small text can't take a lot of memory. Takes bytes as they arrive,
 * in UTF-8, and keeps none of them.
 */
export class NestingScan {
  #depth = 0;
  #deepest = 0;
  #containers = 0;
  #isInText = false;
  #isEscaped = false;

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    // Local variables and an index: every byte of every body comes through here.
    let [depth, deepest, containers] = [this.#depth, this.#deepest, this.#containers];
    let [isInText, isEscaped] = [this.#isInText, this.#isEscaped];
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index];
      if (isInText) {
        if (isEscaped) isEscaped = false;
        else if (byte === QUOTE) isInText = false;
        else if (byte === BACKSLASH) isEscaped = true;
      } else if (byte === QUOTE) isInText = true;
      else if (byte === LIST || byte === OBJECT) {
        containers++;
        if (++depth > deepest) deepest = depth;
      } else if (byte === LIST_END || byte === OBJECT_END) depth--;
    }
    [this.#depth, this.#deepest, this.#containers] = [depth, deepest, containers];
    [this.#isInText, this.#isEscaped] = [isInText, isEscaped];
  }

  /** Why the text must not be parsed, in words that follow “The body ”; `null` if it may be. */
  get mistake(): string | null {
    if (this.#deepest > DEPTH_MAX) return `is nested deeper than ${DEPTH_MAX} levels`;
    if (this.#containers > CONTAINERS_MAX) return `has more than ${CONTAINERS_MAX} lists and objects`;
    return null;
  }
}

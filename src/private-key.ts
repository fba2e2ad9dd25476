import { createPrivateKey } from "node:crypto";

const PEM = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----/;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const LINE_CHARACTERS = 64;

/**
 * Reads the App's private key as people paste it into a variable or a file: PEM with line ends of any system, with `\n` or
 * spaces for them, in quotes, or encoded as base64 in one line or several.
 *
 * @returns clean PEM; `null` if it is no private RSA key
 */
export function readPrivateKey(given: string): string | null {
  const text = unquoted(given);
  const pem = PEM.exec(text) ?? PEM.exec(decoded(text));
  const [, label, base64 = ""] = pem ?? [];
  if (label === undefined) return null;
  const lines = base64.replaceAll(/\s/g, "").match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  const key = `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
  try {
    // A truncated key has the right form, and would fail at the first request.
    return createPrivateKey(key).asymmetricKeyType === "rsa" ? key : null;
  } catch {
    // The error may quote the key.
    return null;
  }
}

/** Whether a text is the path of a file, given where the key itself belongs. */
export function looksLikePath(given: string): boolean {
  const text = unquoted(given);
  return (
    !/[\n\s]|-----/.test(text) && (/^(?:\.{0,2}|~|[A-Za-z]:)[/\\]/.test(text) || /\.(?:pem|key)$/i.test(text))
  );
}

/** Whether a text has a key, given where its path belongs. */
export function looksLikeKey(given: string): boolean {
  return given.includes("-----BEGIN") || readPrivateKey(given) !== null;
}

/** Env files keep their quotes where a shell or Docker reads them otherwise. */
function unquoted(text: string): string {
  const inner = /^\s*(["'])(.*)\1\s*$/s.exec(text)?.[2] ?? text;
  return inner.replaceAll(/\\r|\\n/g, "\n").trim();
}

function decoded(text: string): string {
  return BASE64.test(text) ? unquoted(Buffer.from(text, "base64").toString("latin1")) : "";
}

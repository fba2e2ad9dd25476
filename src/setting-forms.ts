import { normalize } from "node:path";
import { z } from "zod";
import { looksLikePath, readPrivateKey } from "./private-key.ts";
import { Secret } from "./secret.ts";

// The forms of environment variables: how a text is read, and what is wrong with it.

export const text = z.string().trim().min(1);

export const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http:// or https:// address" })
  .transform((value) => value.replace(/\/+$/, ""));

/** An origin. Browsers give cookies and secure features only to HTTPS, and to this machine itself. */
export const publicUrl = z
  .url({ protocol: /^https?$/, error: "must be an http:// or https:// address" })
  .transform((value, context) => {
    const { origin, protocol, hostname, pathname, search, username } = new URL(value);
    const isBare = pathname === "/" && search === "" && username === "";
    if (!isBare) context.addIssue("must be an address without a path, such as https://orb.example.com");
    if (protocol === "http:" && !LOOPBACK.test(hostname))
      context.addIssue("must begin with https://, unless its host is this machine, such as localhost");
    return origin;
  });
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/;

export const privateKey = z.string().transform((value, context) => {
  const key = readPrivateKey(value);
  if (key !== null) return new Secret(key);
  context.addIssue(
    looksLikePath(value)
      ? "is a path and not a key; set PRIVATE_KEY_PATH to it instead"
      : "is not a private RSA key in PEM format; paste the whole downloaded .pem file, with \\n for line ends, or encoded as base64",
  );
  return z.NEVER;
});

export const folder = text
  .regex(/^\//, "must be an absolute path")
  .regex(/^[^\0]*$/, "must not contain a zero byte")
  .transform((path) => normalize(path).replace(/(?<=.)\/+$/, ""));

export const percent = (otherwise: number) => z.coerce.number().min(1).max(99).default(otherwise);

export const days = (otherwise: number) => z.coerce.number().int().min(1).max(3_650).default(otherwise);

/** @param read returns what is wrong as a text */
export const readBy = <T extends object>(read: (value: string) => T | string) =>
  text.transform((value, context) => {
    const result = read(value);
    if (typeof result !== "string") return result;
    context.addIssue(result);
    return z.NEVER;
  });

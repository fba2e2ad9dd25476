import { createHash } from "node:crypto";
import type { Refusal } from "../errors.ts";

const STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}";
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** The headers of these pages: nothing is loaded, run or framed. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/**
 * Goes on to another page of ours. A redirect would not do: browsers send a `SameSite=Strict` cookie only with requests that begin on
 * a page of ours, and a redirect from GitHub begins on GitHub's.
 *
 * @param path of a page of ours
 */
export function goOnPage(path: string): string {
  const target = escaped(path);
  return page(
    "Signed in",
    `<p>You are signed in. <a href="${target}">Continue</a></p>`,
    `<meta http-equiv="refresh" content="0;url=${target}">`,
  );
}

/** Says in a browser what a problem says to a program. It leads back only if somebody follows the link. */
export function refusalPage({ code, reason, remedy }: Refusal): string {
  return page(
    "You are not signed in",
    `<p>${escaped(reason)}</p><p>${escaped(remedy)}</p><p><a href="/auth/github">Sign in with GitHub</a></p><p><small>${escaped(code)}</small></p>`,
  );
}

function page(title: string, body: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>${head}<style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`;
}

function escaped(text: string): string {
  const harmless: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replaceAll(/[&<>"]/g, (character) => harmless[character] ?? "");
}

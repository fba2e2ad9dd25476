import type { Finding } from "./finding.ts";

/** `https://user:password@host`, and the same for databases. Only what a URL allows there: no `/`, `?`, `#` or `@`. */
const PASSWORD = /:(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#@:[]{0,100}:)[^\s/?#@"'`<>]{1,200}(?=@)/gi;
/**
 * The same with a password that is not encoded, up to the last `@` before a host. What looks like a port is none of it:
 * `https://host:8080/@scope`.
 */
const RAW_PASSWORD =
  /:(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#@:[]{0,100}:)(?!\d{1,5}(?:[/?#\s"'`]|$))[^\s"'`<>]{1,200}(?=@[\w.-]{1,100}(?::\d{1,5})?(?:[/?#\s"'`<>)\],;]|$))/gi;
/** A token in place of a user: `https://token:x-oauth-basic@host`, `https://token:@host`. */
const USER = /(?<=\bhttps?:\/\/)[\w.~-]{16,200}(?=:(?:x-oauth-basic)?@)/gi;

/** The addresses of webhooks: who knows one may write. Only the part after the path's beginning is the secret. */
const WEBHOOK = new RegExp(
  [
    String.raw`(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{20,}`,
    String.raw`(?<=discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,25}\/)[\w-]{20,}`,
    String.raw`(?<=\bwebhook\.office\.com\/)[\w@/-]{20,}`,
    String.raw`(?<=\boutlook\.office(?:365)?\.com\/webhook\/)[\w@/-]{20,}`,
    String.raw`(?<=\bhooks\.zapier\.com\/hooks\/catch\/)[\w/-]{8,}`,
    String.raw`(?<=\bmaker\.ifttt\.com\/trigger\/[\w-]{1,60}\/(?:json\/)?with\/key\/)[\w-]{10,}`,
    String.raw`(?<=\/open-apis\/bot\/v2\/hook\/)[\w-]{20,}`,
    String.raw`(?<=\/cgi-bin\/webhook\/send\?key=)[\w-]{20,}`,
    String.raw`(?<=\bchat\.googleapis\.com\/v1\/spaces\/[\w-]{1,60}\/messages\?)[\w=&%-]{20,}`,
  ].join("|"),
  "gi",
);

/** Passwords in addresses, and the addresses of webhooks. */
export function findInAddresses(text: string): Finding[] {
  if (!/:\/\/|\.com\/|\/open-apis\//i.test(text)) return [];
  const findings: Finding[] = [];
  const find = (pattern: RegExp, words: Finding["words"]) => {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      // `${PASSWORD}` and `<password>` say where the password comes from.
      if (!/^:(?:\$[\w{(]|\{\{|<|%\w+%|\*+$)/.test(found))
        findings.push({ from: index, to: index + found.length, words });
    }
  };
  find(PASSWORD, "");
  find(RAW_PASSWORD, "");
  find(USER, "[token removed]");
  find(WEBHOOK, "[token removed]");
  return findings;
}

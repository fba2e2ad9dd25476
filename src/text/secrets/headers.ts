import type { Finding } from "./finding.ts";
import { isPlaceholder } from "./placeholders.ts";

// https://www.rfc-editor.org/rfc/rfc9110#field.authorization
const AUTHORIZATION =
  /\b(?:proxy-)?authorization["'`]?\s{0,3}(?:[:=]|=>|,)\s{0,3}["'`]?(?:(basic|bearer|token|apikey|negotiate|ntlm|ssws|splunk|key|geniekey|snowflake|bot|[a-z0-9-]{2,30}(?=\s+\w+=))\s{1,3})?([^\s"'`,;<>]{1,4000})/gi;
/** Without the name of its header, as programs print it. */
const BEARER = /\bbearer\s{1,3}([\w.~+/-]{16,4000}={0,2})/gi;
const BASIC = /\bbasic\s{1,3}([A-Za-z0-9+/]{6,4000}={0,2})/gi;
const COOKIE = /\b(set-)?cookie["'`]?\s{0,3}(?:[:=]|=>|,)\s{0,3}["'`]?(?=[\w.-]{1,100}=)([^\n"'`]{1,4000})/gi;
const COOKIE_OPTION = /\s(?:-b|--cookie)[\s=]["']()([\w.-]{1,100}=[^\n"']{1,4000})/g;
const PAIR = /([^\s=;]{1,100})=([^;\s]{1,4000})/g;
/** https://www.rfc-editor.org/rfc/rfc6265#section-4.1 */
const ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|priority)$/i;
/** `curl --user name:password` */
const USER_OPTION =
  /\s(?:-u|--user|--proxy-user|-U)[\s=]?["']?(?<=\b(?:curl|wget|http)\b[^\n]{0,300})[^\s"':]{1,100}:([^\s"']{1,200})/g;

/** HTTPie: `http -a name:password` */
const HTTPIE_OPTION =
  /\s(?:-a|--auth)[\s=]["']?(?<=(?:^|[\s`])https?\s[^\n]{0,300})[^\s"':]{1,100}:(?!\d{1,5}(?!\S))([^\s"']{1,200})/gm;

/** Docker's settings: `"auth": "…"`. */
const DOCKER_AUTH = /"auth"\s{0,3}:\s{0,3}"([A-Za-z0-9+/]{6,1000}={0,2})(?=")/g;
/** Passwords that are options of a program without a name: `sshpass -p`, `mysql -p`, `redis-cli -a`, `docker login -p`. */
const PASSWORD_OPTION =
  /\b(?:sshpass\s{1,3}-p\s{0,3}|(?:mysql|mysqldump|mariadb)\b[^\n|;]{0,200}?\s-p|redis-cli\b[^\n|;]{0,200}?\s-a\s{1,3}|(?:docker|podman|helm\s{1,3}registry)\s{1,3}login\b[^\n|;]{0,200}?\s-p\s{1,3}|ldap(?:search|modify|add|whoami)\b[^\n|;]{0,200}?\s-w\s{0,3}|\s-(?:storepass|keypass)\s{1,3})["']?([^\s"'-][^\s"']{2,200})/g;
const CHARACTERS_MIN = 8;
/** A word of letters that is this long is more likely a token than a word. */
const LETTERS_MIN = 16;

/** Credentials in headers of HTTP, and in the options of programs that write those headers. */
export function findInHeaders(text: string): Finding[] {
  return [...inAuthorization(text), ...inCookies(text), ...inOptions(text)];
}

function inAuthorization(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const match of text.matchAll(AUTHORIZATION)) {
    const [whole, scheme = "", value = ""] = match;
    const isBasic = scheme.toLowerCase() === "basic";
    if (isBasic ? isUserAndPassword(value) : isCredential(value)) {
      findings.push(
        valueAtEnd(match.index + whole.length, value, isBasic ? "[password removed]" : "[token removed]"),
      );
    }
  }
  for (const { 0: whole, 1: value = "", index } of text.matchAll(BEARER)) {
    if (isCredential(value)) findings.push(valueAtEnd(index + whole.length, value, "[token removed]"));
  }
  const users = [...text.matchAll(BASIC), ...text.matchAll(DOCKER_AUTH)];
  for (const { 0: whole, 1: value = "", index } of users) {
    if (isUserAndPassword(value)) {
      findings.push(valueAtEnd(index + whole.length, value, "[password removed]"));
    }
  }
  return findings;
}

function inCookies(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const pattern of [COOKIE, COOKIE_OPTION]) {
    for (const { 0: whole, 1: set, 2: pairs = "", index } of text.matchAll(pattern)) {
      const from = index + whole.length - pairs.length;
      const read = [...pairs.matchAll(PAIR)];
      if (read.every(([, name = "", value = ""]) => isPreference(name, value))) continue;
      for (const { 0: pair, 1: name = "", 2: value = "", index: at } of read) {
        if ((set && ATTRIBUTE.test(name)) || isPlaceholder(value)) continue;
        findings.push(valueAtEnd(from + at + pair.length, value, "[token removed]"));
      }
    }
  }
  return findings;
}

/** `banner=shown`: a word, under a name that does not say who somebody is. */
function isPreference(name: string, value: string): boolean {
  return /^[a-z]{1,15}$/.test(value) && !/sess|sid|auth|token|pass|pwd|user|id$|key|secret/i.test(name);
}

function inOptions(text: string): Finding[] {
  const options = /\s(?:-u|-U|--user|--proxy-user)/.test(text) ? [...text.matchAll(USER_OPTION)] : [];
  return [...options, ...text.matchAll(HTTPIE_OPTION), ...text.matchAll(PASSWORD_OPTION)].flatMap(
    ({ 0: whole, 1: value = "", index }) =>
      isPlaceholder(value) ? [] : [valueAtEnd(index + whole.length, value, "[password removed]")],
  );
}

function valueAtEnd(to: number, value: string, words: Finding["words"]): Finding {
  return { from: to - value.length, to, words };
}

/** Whether a value is not a word, such as that of "Authorization: required". */
function isCredential(value: string): boolean {
  const mixed = /[A-Z]/.test(value.slice(1)) && /[a-z]/.test(value);
  const isWord = !/\d/.test(value) && !mixed && value.length < LETTERS_MIN;
  return value.length >= CHARACTERS_MIN && !isWord && !isPlaceholder(value);
}

/** Whether a value is what Basic sends, `user:password` in base64, and not a word. */
function isUserAndPassword(value: string): boolean {
  const decoded = Buffer.from(value, "base64").toString("utf8");
  return decoded.includes(":") && !decoded.includes("\ufffd");
}

// What stands where a secret will be: names of variables, expressions of templates and programs, and words for people.
// Scanners agree on these. Most are in the general list of gitleaks: https://github.com/gitleaks/gitleaks
const VARIABLE =
  /^(?:\$[\w{(]|%[\w ]{1,60}%|\{[{%]|\{[\w.]{0,60}\}|#\{|<|@\w{1,60}@$|\[[\w -]{0,60}\]$|…|\*{3}|•{3}|\.{3})/;
const EXPRESSION =
  /^(?:process\.env|import\.meta\.env|os\.(?:environ|getenv)|System\.getenv|getenv|env|ENV|Env|Deno\.env|secrets|vars|var|local|data|module|config|settings|options|self|this|props|params|args|ctx)\b[.[(:]/;
const SAME_CHARACTER = /^(.)\1*$/u;
const WORDS =
  /(?:^|[^a-z])(?:your|example|placeholder|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)|insert|redacted|removed|masked|hidden|todo|fixme|secret[-_]here|token[-_]here|goes[-_]here)(?![a-z])/i;
/** Such as `ghp_xxxxxxxxxxxxxxxxxxxx`. */
const CROSSED_OUT = /^[A-Za-z0-9_.-]{0,20}?(?:x{8,}|X{8,}|\*{4,}|\.{3})$/;

/** What is left of a secret that was removed already. */
const REMOVED = /\[(?:token|password|private)$/;

/** Whether a token that has its service's form is only an example of that form. */
export function isBlankToken(token: string): boolean {
  return CROSSED_OUT.test(token) || /(?:^|[_-])your[_-]/i.test(token);
}

/** Whether a value is not a secret but says where the secret goes, comes from, or was. */
export function isPlaceholder(value: string): boolean {
  return (
    VARIABLE.test(value) ||
    EXPRESSION.test(value) ||
    SAME_CHARACTER.test(value) ||
    CROSSED_OUT.test(value) ||
    WORDS.test(value) ||
    REMOVED.test(value)
  );
}

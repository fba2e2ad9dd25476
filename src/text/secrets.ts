const TOKEN_REMOVED = "[token removed]";

// Each has a fixed beginning that no SHA, UUID or word has, and only one way to match, so hostile text can't slow it.
const TOKENS = new RegExp(
  [
    // GitHub's tokens, also the long form of installation tokens with dots, `ghs_<app>_<JSON web token>`:
    // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    String.raw`\bgh[pousr]_[A-Za-z0-9._-]{20,}`,
    String.raw`\bgithub_pat_[A-Za-z0-9_]{20,}`,
    // Amazon's key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    // Slack's tokens, and the path of a webhook, which is a secret too
    String.raw`\bxox[a-z]-[A-Za-z0-9-]{10,}`,
    String.raw`\bxapp-\d-[A-Za-z0-9-]{10,}`,
    String.raw`(?<=hooks\.slack\.com\/services\/)[A-Za-z0-9\/]{20,}`,
    String.raw`\bnpm_[A-Za-z0-9]{36,}`,
    String.raw`\bpypi-[A-Za-z0-9_-]{50,}`,
    String.raw`\bAIza[A-Za-z0-9_-]{35}`,
    String.raw`\bglpat-[A-Za-z0-9_-]{20,}`,
    // Keys of language model providers and of Stripe
    String.raw`\bsk-(?:ant|proj|svcacct|or)-[A-Za-z0-9_-]{20,}`,
    String.raw`\b[rs]k_live_[A-Za-z0-9]{20,}`,
    // A JSON web token. It must not begin inside a word, or each `eyJ` in a long word would start another attempt.
    String.raw`(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}`,
  ].join("|"),
  "g",
);
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;
/** `https://user:password@host`, and the same for databases. */
const PASSWORD = /:(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#@:]{0,100}:)[^\s/?#@]{1,200}(?=@)/gi;

/** The text without recognizable tokens, private keys and passwords: agents paste logs. */
export function withoutSecrets(text: string): string {
  return text
    .replace(PRIVATE_KEY, "[private key removed]")
    .replace(TOKENS, TOKEN_REMOVED)
    .replace(PASSWORD, "");
}

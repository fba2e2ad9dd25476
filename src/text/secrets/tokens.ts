import type { Finding } from "./finding.ts";
import { isBlankToken } from "./placeholders.ts";

/**
 * How services begin their tokens, so that scanners can find them. Collected from the pages of the services and of
 * GitHub's secret scanning: https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns
 *
 * Each has a beginning that no word, SHA or UUID has, and only one way to match, so hostile text can't slow it. The
 * lengths are the least that is certain, and not those of whole tokens: a token that was cut is still a secret.
 */
const TOKENS: readonly string[] = [
  // GitHub, also the long form of installation tokens with dots, `ghs_<app>_<JSON web token>`:
  // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
  String.raw`gh[pousr]_[\w.-]{20,}`,
  String.raw`github_pat_\w{20,}`,
  // This bot's own
  String.raw`orb_[\w-]{30,}`,
  // GitLab: https://docs.gitlab.com/security/tokens/#token-prefixes
  String.raw`gl(?:pat|rt|rtr|dt|ft|agent|cbt|ptt|oas|soat|imt|ffct)-[\w.-]{16,}`,
  String.raw`GR1348941[\w-]{20,}`,
  // Amazon's key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  String.raw`(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])`,
  String.raw`ABSK[A-Za-z0-9+/=]{100,}`,
  // Google: API keys, access and refresh tokens, client secrets
  String.raw`AIza[\w-]{35,}`,
  String.raw`ya29\.[\w.-]{20,}`,
  String.raw`1\/\/0[\w-]{30,}`,
  String.raw`GOCSPX-[\w-]{20,}`,
  // Azure: client secrets
  String.raw`[\w~.]{3}\dQ~[\w~.-]{31,34}`,
  // Alibaba, Tencent
  String.raw`LTAI[A-Za-z0-9]{16,20}(?![A-Za-z0-9])`,
  String.raw`AKID[A-Za-z0-9]{32}`,
  // Hosting: DigitalOcean, Heroku, Fly, Netlify, Vercel, Supabase, PlanetScale, Scaleway, Tailscale
  String.raw`do[opr]_v1_[a-f0-9]{20,}`,
  String.raw`HRKU-[\w-]{36,}`,
  String.raw`fo1_[\w-]{40,}`,
  String.raw`fm[12][ar]?_[A-Za-z0-9+/=]{60,}`,
  String.raw`nfp_[A-Za-z0-9]{30,}`,
  String.raw`vc[aikpr]_[A-Za-z0-9]{24,}`,
  String.raw`sbp_[a-f0-9]{40}`,
  String.raw`sb_secret_[\w-]{20,}`,
  String.raw`pscale_(?:tkn|pw|oauth)_[\w.=-]{20,}`,
  String.raw`tskey-[\w-]{20,}`,
  // Vault, Terraform, Pulumi, Doppler, 1Password, age
  String.raw`hv[bsr]\.[\w-]{20,}`,
  String.raw`s\.(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{24}(?!\w)`,
  String.raw`[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}`,
  String.raw`pul-[a-f0-9]{40}`,
  String.raw`dp\.(?:pt|st|sa|ct|scim|audit)\.[\w.]{20,}`,
  String.raw`ops_eyJ[A-Za-z0-9+/=_-]{60,}`,
  String.raw`A3-[A-Z0-9]{6}-[A-Z0-9-]{20,}`,
  String.raw`AGE-SECRET-KEY-1[A-Z0-9]{20,}`,
  // Chat: Slack, Discord. Telegram is below.
  String.raw`xox[a-z]-[A-Za-z0-9-]{10,}`,
  String.raw`xoxe\.xox[bp]-[A-Za-z0-9-]{10,}`,
  String.raw`xapp-\d-[A-Za-z0-9-]{10,}`,
  String.raw`[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}`,
  // Packages: npm, PyPI, RubyGems, NuGet, crates.io, Docker Hub, Clojars, Artifactory
  String.raw`npm_[A-Za-z0-9]{30,}`,
  String.raw`pypi-(?:AgE[\w-]{20,}|[\w-]{50,})`,
  String.raw`rubygems_[a-f0-9]{40,}`,
  String.raw`oy2[a-z0-9]{43}(?!\w)`,
  String.raw`cio[A-Za-z0-9]{32}(?!\w)`,
  String.raw`dckr_(?:pat|oat)_[\w-]{20,}`,
  String.raw`CLOJARS_[a-z0-9]{50,}`,
  String.raw`AKCp[A-Za-z0-9]{60,}`,
  String.raw`cmVmd[A-Za-z0-9]{59}(?!\w)`,
  // Language models: Anthropic, OpenAI and those with the same form, Hugging Face, Groq, Perplexity, Replicate, xAI,
  // NVIDIA, LangSmith, Jina
  String.raw`sk-(?:ant|proj|svcacct|admin|or|lf|None)-[\w-]{20,}`,
  String.raw`sk-[A-Za-z0-9]{32,}`,
  String.raw`hf_[A-Za-z0-9]{20,}`,
  String.raw`api_org_[A-Za-z0-9]{30,}`,
  String.raw`gsk_[A-Za-z0-9]{20,}`,
  String.raw`pplx-[A-Za-z0-9]{32,}`,
  String.raw`r8_[A-Za-z0-9]{30,}`,
  String.raw`xai-[A-Za-z0-9]{40,}`,
  String.raw`nvapi-[\w-]{40,}`,
  String.raw`lsv2_(?:pt|sk)_[a-f0-9_]{30,}`,
  String.raw`jina_[\w-]{40,}`,
  // Payments and shops: Stripe, Square, Shopify, Shippo, EasyPost, Flutterwave, Plaid
  String.raw`[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}`,
  String.raw`whsec_[A-Za-z0-9+/=]{20,}`,
  String.raw`sq0(?:atp|csp)-[\w-]{20,}`,
  String.raw`EAAA[\w-]{50,}`,
  String.raw`shp(?:at|ca|pa|ss|ua)_[A-Za-z0-9]{20,}`,
  String.raw`shippo_(?:live|test)_[A-Fa-f0-9]{30,}`,
  String.raw`EZ[AT]K[A-Za-z0-9]{50,}`,
  String.raw`FLWSECK(?:_TEST)?-[A-Za-z0-9-]{12,}`,
  String.raw`access-(?:sandbox|development|production)-[a-f0-9-]{36}`,
  // Mail and messages: SendGrid, Mailgun, Mailchimp, Brevo, Twilio, Facebook
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  String.raw`key-[a-f0-9]{32}(?!\w)`,
  String.raw`[a-f0-9]{32}-us\d{1,2}(?!\w)`,
  String.raw`x(?:keysib|smtpsib)-[\w-]{40,}`,
  String.raw`SK[a-f0-9]{32}(?!\w)`,
  String.raw`EAA(?:CEdEose0cBA[A-Za-z0-9]{10,}|[A-Z][A-Za-z0-9]{40,})`,
  // Watching, data and planning: New Relic, Datadog's neighbours Dynatrace, Grafana and Sentry, Databricks, Postman,
  // Airtable, Notion, Linear, Figma, Typeform, HubSpot, Atlassian, Trello, Contentful
  String.raw`NR(?:AK|AL|II|JS|RA)-[\w-]{18,}`,
  String.raw`dt0[a-z]\d\d\.[A-Z0-9]{20,}\.[A-Z0-9]{20,}`,
  String.raw`glsa_[A-Za-z0-9_]{30,}`,
  String.raw`glc_[A-Za-z0-9+/=]{32,}`,
  String.raw`sntry[su]_[\w+/=-]{20,}`,
  String.raw`d(?:api|ose|kea)[a-f0-9]{32}(?:-\d)?(?!\w)`,
  String.raw`PMAK-[a-f0-9-]{50,}`,
  String.raw`pat[A-Za-z0-9]{14}\.[a-f0-9]{40,}`,
  String.raw`(?:secret_|ntn_)[A-Za-z0-9]{40,}`,
  String.raw`lin_(?:api|oauth)_[A-Za-z0-9]{20,}`,
  String.raw`figd_[\w-]{20,}`,
  String.raw`tfp_[\w.=-]{40,}`,
  String.raw`pat-(?:na|eu|ap)\d-[a-f0-9-]{36}`,
  String.raw`AT[AC]TT3[\w=-]{60,}`,
  String.raw`ATBB[A-Za-z0-9]{24,}`,
  String.raw`ATTA[a-f0-9]{60,}`,
  String.raw`CFPAT-[\w-]{40,}`,
  // Building: Buildkite, CircleCI, OpenShift, Sourcegraph
  String.raw`bku[a-z]_[a-z0-9]{30,}`,
  String.raw`CCI(?:PAT|PRJ)_[\w-]{20,}`,
  String.raw`sha256~[\w-]{40,}`,
  String.raw`sgp_[A-Fa-f0-9_]{40,}`,
  // SonarQube, Mapbox, PostHog, Pinecone, Resend, Tavily, Dropbox, LaunchDarkly
  String.raw`sq[apu]_[a-f0-9]{40}(?!\w)`,
  String.raw`sk\.eyJ[\w-]{20,}\.[\w-]{10,}`,
  String.raw`phx_[A-Za-z0-9]{30,}`,
  String.raw`pcsk_[A-Za-z0-9_]{30,}`,
  String.raw`re_(?=\w{0,40}\d)[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,}`,
  String.raw`tvly-(?:dev-|prod-)?[A-Za-z0-9]{20,}`,
  String.raw`sl\.(?:u\.)?[\w-]{60,}`,
  String.raw`sdk-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}`,
  // A private key in PEM's form as base64: anything but "-----BEGIN CERT…" and "-----BEGIN PUBL…"
  String.raw`LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[A-Za-z0-9+/]{20,}={0,2}`,
  // The body of one for RSA, elliptic curves or Ed25519. Certificates and public keys have no version at this place.
  // https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2, https://www.rfc-editor.org/rfc/rfc5958#section-2
  String.raw`M(?:II[A-Za-z0-9+/]{2}[AQgw]IBA|HcCAQEE|IG[H2]AgEAMB|C4CAQAwBQYDK2V)[A-Za-z0-9+/]{20,}={0,2}`,
];

const TOKEN = new RegExp(String.raw`(?<![A-Za-z0-9])(?:${TOKENS.join("|")})`, "g");
// A JSON web token. It must not begin inside a word, or each `eyJ` in a long word would start another attempt.
const JSON_WEB_TOKEN =
  /(?<![\w-])eyJ[\w-]{10,}\.(?:eyJ[\w-]{10,}(?:\.[\w-]*)?|[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]+){0,2})/g;
const TELEGRAM_BOT = /(?<![A-Za-z0-9.])(?:bot)?\d{8,10}:(?:AA[\w-]{30,40}|[\w-]{35}(?![\w-]))/g;
/** Firebase's server keys and PayPal's access tokens, whose signs no other token has. */
const WITH_SIGNS =
  /(?<!\w)(?:AAAA[\w-]{7}:APA91b[\w-]{20,400}|access_token\$(?:production|sandbox)\$[a-z0-9]{8,40}\$[a-f0-9]{20,64})/g;
/** The private numbers of a JSON web key. https://www.rfc-editor.org/rfc/rfc7518#section-6 */
const IN_WEB_KEY = /"(?:d|p|q|dp|dq|qi|k)"\s{0,5}:\s{0,5}"(?=([\w-]{20,2000})")/g;
/** Amazon's key id, before its secret key, which has no mark of its own. */
const BEFORE_AMAZON_KEY =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}["']?(?:\s{0,5}[,:;|/]|\s)[\s"']{0,5}(?:[\w .-]{1,40}["']?\s{0,3}[=:][\s"']{0,4})?(?=([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=]))/g;

/** Where a token may be: no token has other characters, and ordinary words are shorter. So most texts are read once. */
const LONG_WORD = /(?<![\w.~+/=-])[\w.~+/=-]{16,}/g;

/** Tokens that are recognized by their own form, wherever they are. */
export function findTokens(text: string): Finding[] {
  const findings: Finding[] = [];
  const add = (from: number, token: string) => {
    if (!isBlankToken(token)) findings.push({ from, to: from + token.length, words: "[token removed]" });
  };
  for (const { 0: word, index: at } of text.matchAll(LONG_WORD)) {
    for (const { 0: token, index } of word.matchAll(TOKEN)) add(at + index, token);
    for (const { 0: token, index } of word.matchAll(JSON_WEB_TOKEN)) add(at + index, token);
  }
  for (const { 0: token, index } of text.matchAll(TELEGRAM_BOT)) add(index, token);
  for (const { 0: token, index } of text.matchAll(WITH_SIGNS)) add(index, token);
  const keys = [
    ...text.matchAll(BEFORE_AMAZON_KEY),
    ...(/"kty"/.test(text) ? text.matchAll(IN_WEB_KEY) : []),
  ];
  for (const { 0: before, 1: key = "", index } of keys) add(index + before.length, key);
  return findings;
}

import { clip } from "../../text/clip.ts";
import { type Private, scrubPaths, scrubText } from "./scrub-text.ts";

/**
 * What of a field may leave. `text`: texts, cleaned, also in a record or a list. `own`: values that we or the SDK have made, such as
 * ids, times and names in the code; cleaning one takes half as long as a webhook does. `file`: of code.
 */
type Allowed = "text" | "own" | "file" | { readonly [field: string]: Allowed };

/** Of each list. */
const ITEMS_MAX = 200;
/** Of each record, such as the tags. */
const FIELDS_MAX = 50;
const OWN_CHARACTERS_MAX = 200;

const SDK: Allowed = { name: "own", version: "own" };
const TRACE = {
  trace_id: "own",
  span_id: "own",
  parent_span_id: "own",
  op: "own",
  status: "own",
  origin: "own",
} as const satisfies Allowed;
const MECHANISM: Allowed = {
  type: "own",
  handled: "own",
  source: "own",
  exception_id: "own",
  parent_id: "own",
};
const FRAME: Allowed = { filename: "file", function: "own", lineno: "own", colno: "own", in_app: "own" };
const EVENT: Allowed = {
  type: "own",
  event_id: "own",
  timestamp: "own",
  start_timestamp: "own",
  level: "own",
  platform: "own",
  environment: "own",
  release: "own",
  server_name: "own",
  sdk: SDK,
  transaction: "own",
  transaction_info: { source: "own" },
  fingerprint: "text",
  tags: "text",
  exception: {
    values: { type: "text", value: "text", mechanism: MECHANISM, stacktrace: { frames: FRAME } },
  },
  contexts: { trace: TRACE, runtime: SDK, orb: "text" },
  spans: { ...TRACE, description: "own", start_timestamp: "own", timestamp: "own" },
};
/** What the SDK sends of its own accord: how many reports it dropped, and why. */
const CLIENT_REPORT: Allowed = {
  timestamp: "own",
  discarded_events: { reason: "own", category: "own", quantity: "own" },
};
const ITEMS: Readonly<Record<string, Allowed>> = {
  event: EVENT,
  transaction: EVENT,
  client_report: CLIENT_REPORT,
};
const HEADERS: Allowed = {
  event_id: "own",
  sent_at: "own",
  sdk: SDK,
  trace: {
    trace_id: "own",
    public_key: "own",
    environment: "own",
    release: "own",
    transaction: "own",
    sampled: "own",
    sample_rate: "own",
    sample_rand: "own",
  },
};
const ITEM_HEADERS: Allowed = { type: "own" };

/** An envelope of Sentry: its headers, and items with headers of their own. https://develop.sentry.dev/sdk/data-model/envelopes/ */
export type Envelope = readonly [
  headers: object,
  items: readonly (readonly [headers: object, payload: unknown])[],
];

/**
 * The part of an envelope that may leave the installation: fields of a fixed list alone, so that nothing that an SDK adds one day
 * leaves unseen, and each text cleaned. Requests, local variables, lines of code and everything else are not in the list.
 *
 * @returns `null` if nothing is left
 */
export function scrubEnvelope([headers, items]: Envelope, isPrivate: Private): Envelope | null {
  const scrubbed = items.flatMap(([itemHeaders, payload]) => {
    const allowed = ITEMS[String((itemHeaders as { type?: unknown }).type)];
    if (allowed === undefined) return [];
    const clean = (value: unknown, fields: Allowed) => scrub(value, fields, isPrivate) as object;
    return [[clean(itemHeaders, ITEM_HEADERS), clean(payload, allowed)] as const];
  });
  return scrubbed.length === 0 ? null : [scrub(headers, HEADERS, isPrivate) as object, scrubbed];
}

function scrub(value: unknown, allowed: Allowed, isPrivate: Private): unknown {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") {
    // A text where the list expects a record of fields is none of what it allows.
    if (typeof allowed !== "string") return undefined;
    if (allowed === "text") return scrubText(value, isPrivate);
    const short = clip(value, OWN_CHARACTERS_MAX);
    return allowed === "own" ? short : scrubPaths(short, isPrivate.root);
  }
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => scrub(item, allowed, isPrivate));
  if (typeof value !== "object" || value === null) return undefined;
  if (allowed === "own" || allowed === "file") return undefined;
  const fields = Object.entries(value).filter(([name]) => allowed === "text" || Object.hasOwn(allowed, name));
  return Object.fromEntries(
    fields.slice(0, FIELDS_MAX).map(([name, field]) => {
      if (allowed !== "text") return [name, scrub(field, allowed[name] ?? "own", isPrivate)];
      // Inside a record of texts there are no further records.
      return [name, typeof field === "object" ? undefined : scrub(field, "text", isPrivate)];
    }),
  );
}

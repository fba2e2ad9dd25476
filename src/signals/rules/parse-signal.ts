import { z } from "zod";
import { OrbError } from "../../errors.ts";
import { issueWords } from "../../input/rules/issue-words.ts";
import { type Signal, SIGNAL_DATA, SIGNAL_TYPES, type SignalType } from "../signal.ts";
import { readTime } from "../../text/rfc3339-time.ts";

const ATTRIBUTE_CHARACTERS_MAX = 1_024;
// CloudEvents' type system allows no control characters in a string, and no halves of surrogate pairs, which the
// store could not distinguish.
// oxlint-disable-next-line no-control-regex -- control characters are what is being refused
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;
const attribute = z
  .string()
  .min(1)
  .max(ATTRIBUTE_CHARACTERS_MAX)
  .refine((value) => value.isWellFormed() && !CONTROL_CHARACTER.test(value), "must be plain Unicode text");

const NO_TIME = "must be an RFC 3339 time";
const time = z.string(NO_TIME).transform((text, context) => {
  const read = readTime(text);
  if (read === null) context.addIssue({ code: "custom", message: NO_TIME });
  return read ?? z.NEVER;
});

/** The attributes of CloudEvents 1.0 that we use; `data_base64` is not read, because data is JSON. */
const envelope = z.object({
  specversion: z.literal("1.0", { error: 'must be "1.0"' }),
  id: attribute,
  source: attribute,
  type: z.string(),
  // `null` means the same as a missing attribute: CloudEvents' JSON format, “Type System Mapping”.
  time: time.nullish(),
  data: z.unknown(),
});

/**
 * Reads one CloudEvent in structured mode.
 *
 * @param event parsed JSON of any shape
 * @param receivedAt the time of an event that has none: `time` is optional in CloudEvents 1.0 §3.1.2
 * @throws OrbError `bad_signal`, whose reason names the first ten wrong fields, or `unknown_signal_type`
 */
export function parseSignal(event: unknown, receivedAt: Date): Signal {
  const outer = envelope.safeParse(event, { error: issueWords });
  if (!outer.success) throw badSignal("The event is not a CloudEvent 1.0", "the event", outer.error);
  const { id, source, type, time, data } = outer.data;
  if (!isSignalType(type)) {
    throw new OrbError({
      code: "unknown_signal_type",
      reason: `Unknown signal type ${JSON.stringify(type.slice(0, 100))}.`,
      remedy: `Use one of ${SIGNAL_TYPES.join(", ")}.`,
    });
  }
  const inner = SIGNAL_DATA[type].safeParse(data, { error: issueWords });
  if (!inner.success) throw badSignal(`The data of ${type} is not valid`, "data", inner.error);
  const about = inner.data.project;
  const project = typeof about === "string" ? about : about.id;
  // The schema of this same type has read the data; the compiler can't follow that through the table.
  return { id, source, type, time: time ?? receivedAt, project, data: inner.data } as Signal;
}

function isSignalType(type: string): type is SignalType {
  return Object.hasOwn(SIGNAL_DATA, type);
}

const PROBLEMS_MAX = 10;

/** @param whole the name to use for a problem that does not concern a single field */
function badSignal(what: string, whole: string, error: z.ZodError): OrbError {
  const problems = error.issues
    .slice(0, PROBLEMS_MAX)
    .map((issue) => `${issue.path.join(".") || whole}: ${issue.message}`);
  const more = error.issues.length - problems.length;
  return new OrbError({
    code: "bad_signal",
    reason: `${what}: ${problems.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
    remedy: "See docs/signals.md for the fields of each type and an example.",
  });
}

/** By which people search and filter, and the fields of log lines that have them. */
const TAGS = {
  project: "project_id",
  userId: "user_id",
  agent: "agent_name",
  repository: "repository",
  installation: "installation",
} as const;
type Tag = (typeof TAGS)[keyof typeof TAGS];

/** What else of a log line helps to find the cause. Nothing in these is a text of people or agents. */
const FACTS = [
  "id",
  "deliveryId",
  "signalId",
  "pullRequestId",
  "cleanupId",
  "restoreId",
  "job",
  "delayMs",
  "method",
  "route",
  "requestId",
  "event",
  "type",
  "door",
  "outcome",
  "attempts",
  "host",
  "leftOut",
] as const;

/** The tags that the fields of a log line have. */
export function tagsOf(fields: object): Partial<Record<Tag, string>> {
  return Object.fromEntries(
    Object.entries(TAGS).flatMap(([field, tag]) => {
      const value: unknown = Reflect.get(fields, field);
      return isPlain(value) && value !== "" ? [[tag, String(value)]] : [];
    }),
  );
}

/** The other fields that are reported. All that are not in the list stay in the log. */
export function factsOf(fields: object): Record<string, string | number> {
  return Object.fromEntries(
    FACTS.flatMap((field) => {
      const value: unknown = Reflect.get(fields, field);
      return isPlain(value) ? [[field, value]] : [];
    }),
  );
}

function isPlain(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

import { STATUS_CODES } from "node:http";
import type { ProblemKind, Problems } from "../../src/http/problem.ts";

const INTRODUCTION = `# Errors of the API

<!-- Made from the problems of src/http/problem.ts and of each subject by \`node script/generate-docs.ts\`; change them there. -->

Every refusal of the HTTP API is \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

\`\`\`json
{
  "type": "about:blank",
  "title": "Not found",
  "status": 404,
  "code": "not_found",
  "detail": "No signal has mentioned a project \\"csv-2\\".",
  "remedy": "GET /api/v1/projects lists the known projects.",
  "instance": "6f1c2a34-1d2e-4f50-9a6b-7c8d9e0f1a2b"
}
\`\`\`

- \`code\` is stable: programs decide by it. The texts are for people and may change.
- \`detail\` says what happened and why, \`remedy\` what to do about it.
- \`instance\` is the request id, as in the header \`X-Request-Id\`. The bot's log has it too.
- **Retry-After**: if the answer has this header, its number of seconds is the earliest time for another try.

Which codes an operation can answer with is in [openapi.json](openapi.json), which the bot also shows as a page at \`/docs\`. Problems of
pull requests, clean-ups and workspaces are not errors of the API: they are in its answers, with a code, a reason and a remedy of their own.
`;

/** The text of `docs/errors.md`. */
export function errorsPage(problems: Problems): string {
  const rows = Object.entries(problems).toSorted(
    ([one, a], [other, b]) => a.status - b.status || (one < other ? -1 : 1),
  );
  const groups = [...Map.groupBy(rows, ([, { status }]) => status)].map(
    ([status, group]) => `## ${status} ${STATUS_CODES[status]}\n\n${table(group)}\n`,
  );
  return [INTRODUCTION, ...groups].join("\n");
}

function table(rows: readonly (readonly [string, ProblemKind])[]): string {
  const head = ["| code | meaning | what to do | Retry-After |", "| --- | --- | --- | --- |"];
  return [...head, ...rows.map(rowOf)].join("\n");
}

function rowOf([code, { meaning, remedy, retryAfter }]: readonly [string, ProblemKind]): string {
  const cells = [`\`${code}\``, meaning, remedy, wordsFor(retryAfter)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function wordsFor(retryAfter: ProblemKind["retryAfter"]): string {
  if (retryAfter === undefined) return "no";
  return retryAfter === "retryAt" ? "until the limit ends" : `${retryAfter} seconds`;
}

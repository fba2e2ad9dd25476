// Limits on the texts that people and Apps write. GitHub counts characters, not bytes.

import { refused, validationFailed } from "../github-error.ts";

const TITLE_LENGTH_MAX = 256;
const BODY_LENGTH_MAX = 65_536;

/** Refuses a title that is empty or too long. */
export function checkTitle(title: string): void {
  if (title.trim() === "")
    throw validationFailed({ resource: "Issue", code: "missing_field", field: "title" });
  if (Array.from(title).length > TITLE_LENGTH_MAX) {
    throw refused("Issue", `title is too long (maximum is ${TITLE_LENGTH_MAX} characters)`, "title");
  }
}

/** Refuses a body that is too long; `resource` is GitHub's name for the object with the text. */
export function checkBody(resource: "Issue" | "IssueComment", body: string | null | undefined): void {
  if (body && Array.from(body).length > BODY_LENGTH_MAX) {
    throw refused(resource, `body is too long (maximum is ${BODY_LENGTH_MAX} characters)`, "body");
  }
}

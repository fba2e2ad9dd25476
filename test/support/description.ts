import { findSections } from "../../src/descriptions/rules/marked/section-marks.ts";
import type { PullRequest } from "../local-github/state.ts";

/** The text between the markers of one of the bot's sections, heading included; `null` if there is no such section. */
export function sectionOf({ body }: Pick<PullRequest, "body">, name: string): string | null {
  const description = body ?? "";
  const found = findSections(description).find((one) => one.name === name);
  return found ? description.slice(found.contentFrom, found.contentTo).trim() : null;
}

/** A description of `octo/hello` as GitHub renders it, in HTML. */
export async function renderedOnGitHub(
  { body }: Pick<PullRequest, "body">,
  { apiUrl }: { readonly apiUrl: string },
): Promise<string> {
  const response = await fetch(`${apiUrl}/markdown`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: body ?? "", mode: "gfm", context: "octo/hello" }),
  });
  return response.text();
}

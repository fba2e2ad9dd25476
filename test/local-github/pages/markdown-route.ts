import { z } from "zod";
import { demandOfToken, sees } from "../auth/access.ts";
import { permissionsFor } from "../auth/rest-permissions.ts";
import { notFound } from "../github-error.ts";
import { inPublic, parseBody, type ApiRequest } from "../http/route.ts";
import type { Repository } from "../state.ts";
import { renderComment, renderDocument } from "./markdown.ts";

const MarkdownRequest = z.object({
  text: z.string(),
  mode: z.enum(["markdown", "gfm"]).default("markdown"),
  context: z.string().optional(),
});

/** https://docs.github.com/rest/markdown/markdown#render-a-markdown-document */
export const markdownRoute = inPublic("POST /markdown", async (request) => {
  demandOfToken(request.caller, permissionsFor("POST", "/markdown"));
  const { text, mode, context } = parseBody(request, MarkdownRequest);
  const repository = context === undefined ? null : contextOf(request, context);
  const html =
    mode === "gfm" ? await renderComment(request.world, text, repository) : await renderDocument(text);
  return { status: 200, content: { type: "text/html;charset=utf-8", bytes: html } };
});

function contextOf({ world, caller }: ApiRequest, context: string): Repository {
  const [owner = "", name = ""] = context.split("/");
  const repository = world.findRepository(owner, name);
  if (!repository || !sees(caller, repository)) throw notFound();
  return repository;
}

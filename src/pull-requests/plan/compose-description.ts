import { LRUCache } from "lru-cache";
import type { RepositoryFiles } from "../../github/facts/files/repository-files.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { SafeMarkdown } from "../../text/safe.ts";
import { Templates } from "../../text/templates/templates.ts";
import { composeBody, type ComposedBody, type Layout } from "../../descriptions/rules/compose-body.ts";
import type { DescriptionFacts } from "../../descriptions/rules/description-facts.ts";
import { chooseLayout } from "./choose-layout.ts";

/** What a description is made of, as data. */
export interface DescriptionOrder {
  readonly facts: DescriptionFacts;
  /** The repository's templates; `null` if the bot's own is to be used. */
  readonly repositoryTemplates: Pick<RepositoryFiles, "templates" | "pullRequestTemplates"> | null;
  readonly settings: Pick<RepositorySettings, "templates">;
  readonly marker: SafeMarkdown;
  /** Unguessable, so that no template can contain the placeholder of a section. */
  readonly nonce: string;
  readonly charactersMax: number;
  /** The folder of the bot's own templates. */
  readonly ownTemplates: string;
}

export interface ComposedDescription extends ComposedBody {
  /** The template of the repository that it follows; `null` if it is the bot's own. */
  readonly templatePath: string | null;
}

/** A thread has templates of its own. There is one folder, except in tests. */
const known = new LRUCache<string, Templates>({ max: 4 });

/** Chooses the layout of a description and composes it; `problems` are those of the repository's templates. */
export function composeDescription(order: DescriptionOrder): ComposedDescription {
  const { facts, repositoryTemplates, settings, marker, nonce, charactersMax, ownTemplates } = order;
  const templates = known.get(ownTemplates) ?? new Templates(ownTemplates);
  known.set(ownTemplates, templates);
  const own: Layout = { kind: "own" };
  const { layout, problems } = repositoryTemplates
    ? chooseLayout(facts, { baseFiles: repositoryTemplates, settings, nonce })
    : { layout: own, problems: [] };
  const composed = composeBody(facts, {
    layout,
    marker,
    render: (name, values) => templates.render(name, values),
    charactersMax,
    inCheckRun: true,
  });
  return {
    ...composed,
    problems: [...problems, ...composed.problems],
    templatePath: layout.kind === "own" ? null : layout.path,
  };
}

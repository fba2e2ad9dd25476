import { stepsOfGlobs } from "../../changes/rules/steps.ts";
import { chooseTemplate } from "../../descriptions/rules/choose-template.ts";
import { type Apart, TOO_LONG } from "../../work/apart/apart.ts";
import { tooSlow } from "../../work/rules/too-slow.ts";
import {
  composeDescription,
  type ComposedDescription,
  type DescriptionOrder,
} from "./compose-description.ts";

const MODULE = import.meta.resolve("./compose-description.ts");
/** Each character of other people's text is parsed as Markdown several times. */
const STEPS_OF_A_CHARACTER = 300;

interface Context {
  readonly apart: Apart;
  readonly account: string;
}

/**
 * Composes a description within a limit of time. A template of the repository that makes it take longer is reported and not used.
 *
 * @throws Error if it takes longer without such a template too, which its limits of length prevent
 */
export async function askDescription(
  order: DescriptionOrder,
  context: Context,
): Promise<ComposedDescription> {
  const { templates, path } = theTemplates(order);
  const first = await compose({ ...order, repositoryTemplates: templates }, context);
  if (first !== TOO_LONG) return first;
  const second = path === null ? TOO_LONG : await compose({ ...order, repositoryTemplates: null }, context);
  if (path === null || second === TOO_LONG) throw new Error("The description takes too long to compose");
  return { ...second, problems: [tooSlow(path), ...second.problems] };
}

function compose(order: DescriptionOrder, { apart, account }: Context) {
  return apart.call(composeDescription, MODULE, [order], { account, steps: stepsOf(order) });
}

/** Only those that may be used, because they are copied; and the path of the one that comes first. */
function theTemplates({ repositoryTemplates: all, facts: { analysis } }: DescriptionOrder) {
  if (!all) return { templates: null, path: null };
  const own = all.templates.get(analysis.type);
  const people = chooseTemplate(all.pullRequestTemplates, analysis.type);
  const templates = {
    templates: new Map(own ? [[analysis.type, own] as const] : []),
    pullRequestTemplates: people ? [people] : [],
  };
  return { templates, path: (own ?? people)?.path ?? null };
}

function stepsOf({ facts, repositoryTemplates }: DescriptionOrder): number {
  const { completion, commits, plan, analysis } = facts;
  // A program in Liquid may take its whole limit of time.
  if (repositoryTemplates && repositoryTemplates.templates.size > 0) return Infinity;
  const texts = [
    JSON.stringify(completion),
    ...commits.map(({ message }) => message),
    ...(repositoryTemplates?.pullRequestTemplates.map(({ text }) => text) ?? []),
  ];
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const paths = analysis.files.map(({ path }) => path);
  return characters * STEPS_OF_A_CHARACTER + stepsOfGlobs(plan?.areas ?? [], paths);
}

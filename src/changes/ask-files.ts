import type { Refusal } from "../errors.ts";
import { SETTINGS_PATH } from "../repository-settings/settings-file.ts";
import { type Apart, TOO_LONG } from "../work/apart/apart.ts";
import { tooSlow } from "../work/rules/too-slow.ts";
import { type Areas, areasOf, unreadableGlob } from "./rules/areas.ts";
import { type FilesFacts, type FilesSaid, placesOf, protectedAmong } from "./rules/files-said.ts";
import { attributesByPath } from "./rules/git-attributes.ts";
import { stepsOfAttributes, stepsOfGlobs, stepsOfLabeler } from "./rules/steps.ts";

interface Context {
  readonly apart: Apart;
  /** The owner of the repository. */
  readonly account: string;
}

const AREAS_MODULE = import.meta.resolve("./rules/areas.ts");
const ATTRIBUTES_MODULE = import.meta.resolve("./rules/git-attributes.ts");
const SAID_MODULE = import.meta.resolve("./rules/files-said.ts");

/**
 * Asks the files of a repository what they say about a change. Anybody may have written them, so each one has its own limit of
 * time. A file that takes longer is reported and counts as unread; the others still count.
 */
export async function askFiles(facts: FilesFacts, context: Context): Promise<FilesSaid> {
  const [attributes, areas, protectedPaths] = await Promise.all([
    askAttributes(facts, context),
    askAreas(facts, context),
    askProtectedPaths(facts, context),
  ]);
  return {
    attributes: attributes.attributes,
    areas: areas.areas,
    protectedPaths: protectedPaths.paths,
    problems: [...attributes.problems, ...areas.problems, ...protectedPaths.problems],
  };
}

type Problems = { readonly problems: readonly Refusal[] };

async function askAttributes(
  { gitAttributes: file, files }: FilesFacts,
  { apart, account }: Context,
): Promise<Pick<FilesSaid, "attributes"> & Problems> {
  const nothing = { attributes: new Map(), problems: [] };
  if (!file) return nothing;
  const paths = files.map(({ path }) => path);
  const steps = stepsOfAttributes(file.text, paths);
  const told = await apart.call(attributesByPath, ATTRIBUTES_MODULE, [file.text, paths], { account, steps });
  if (told === TOO_LONG) return { ...nothing, problems: [tooSlow(file.path)] };
  return { attributes: told, problems: [] };
}

async function askAreas(facts: FilesFacts, { apart, account }: Context): Promise<Areas> {
  const { labeler, headBranch, baseBranch, settings } = facts;
  const { areas } = settings;
  const paths = facts.files.map(({ path }) => path);
  const ownAreas = Object.keys(areas).length > 0 || !labeler;
  const steps = ownAreas
    ? stepsOfGlobs(Object.values(areas).flat(), paths)
    : stepsOfLabeler(labeler.text, paths);
  const asked = { paths, headBranch, baseBranch, labeler, settings: { areas } };
  const told = await apart.call(areasOf, AREAS_MODULE, [asked], { account, steps });
  if (told !== TOO_LONG) return told;
  return { areas: [], problems: [tooSlow(ownAreas ? `areas in ${SETTINGS_PATH}` : labeler.path)] };
}

async function askProtectedPaths(
  { files, settings: { protectedPaths: globs } }: FilesFacts,
  { apart, account }: Context,
): Promise<{ readonly paths: FilesSaid["protectedPaths"] } & Problems> {
  const paths = files.flatMap(placesOf);
  const steps = stepsOfGlobs(globs, paths);
  const told = await apart.call(protectedAmong, SAID_MODULE, [globs, paths], { account, steps });
  if (told === TOO_LONG) return { paths: null, problems: [tooSlow(`protectedPaths in ${SETTINGS_PATH}`)] };
  const problems = told.unreadable.map((glob) => unreadableGlob("protectedPaths", glob));
  return { paths: told.paths, problems };
}

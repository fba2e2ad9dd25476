// Words in the message of a commit that keep a continuous integration from running:
// https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
// Other services obey more of them: `[skip azurepipelines]`, `[skip netlify]`, `[vercel skip]`, `***NO_CI***`.
const INSTRUCTION =
  /\[\s{0,3}(?:(?:skip|no)[ \t_-]{1,3}[a-z][a-z_-]{0,20}(?: [a-z]{1,10})?|[a-z][a-z_-]{0,20}[ \t_-]{1,3}skip)\s{0,3}\]|\*\*\*NO_CI\*\*\*|skip-checks(?=\s{0,3}:\s{0,3}true)/gi;
const OF_GITHUB = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/gi;
/** It must be the last line. Git removes one of the two empty lines that GitHub asks for before it. */
const TRAILER = /\nskip-checks:[ \t]{0,3}true\s{0,20}$/i;

const ZERO_WIDTH_SPACE = "\u200b";

/**
 * The text without effective instructions to skip checks; readers see no difference. The title of a pull request, and its
 * description if the repository wants so, become the message of a commit on the base branch.
 */
export function withoutSkipInstructions(text: string): string {
  return text.replace(INSTRUCTION, (words) => {
    const middle = words.search(/(?<=\w)[ \t_-]/);
    return words.slice(0, middle) + ZERO_WIDTH_SPACE + words.slice(middle);
  });
}

/** The instructions in a commit's message that GitHub Actions obeys, each once, as written. */
export function skipInstructionsIn(message: string): string[] {
  const trailer = TRAILER.exec(message.trimEnd())?.[0].trim();
  return [...new Set([...(message.match(OF_GITHUB) ?? []), ...(trailer === undefined ? [] : [trailer])])];
}

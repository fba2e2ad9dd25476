/** As `describe-provenance` writes it, in a line that people don't see; ids need no escapes there. */
const PROVENANCE = /<!-- orb-provenance: \{"project":"([A-Za-z0-9][A-Za-z0-9._:-]{0,127})"/g;
/** A description has one; more are what somebody copied into it. */
const CANDIDATES_MAX = 20;

/**
 * Which projects a description may be of, by its own word: nothing but a marker that fits proves it.
 *
 * @param body of a pull request on GitHub
 */
export function projectsNamedIn(body: string): readonly string[] {
  const named = new Set<string>();
  for (const [, project] of body.matchAll(PROVENANCE)) {
    if (project !== undefined && named.size < CANDIDATES_MAX) named.add(project);
  }
  return [...named];
}

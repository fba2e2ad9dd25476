/** `describe-provenance` writes it in a hidden line, where ids need no escapes. */
const PROVENANCE = /<!-- orb-provenance: \{"project":"([A-Za-z0-9][A-Za-z0-9._:-]{0,127})"/g;
/** A description has one. Others were copied into it. */
const CANDIDATES_MAX = 20;

/**
 * The projects that a description claims to belong to. Only a matching marker proves it.
 *
 * @param body the description of a pull request on GitHub
 */
export function projectsNamedIn(body: string): readonly string[] {
  const named = new Set<string>();
  for (const [, project] of body.matchAll(PROVENANCE)) {
    if (project !== undefined && named.size < CANDIDATES_MAX) named.add(project);
  }
  return [...named];
}

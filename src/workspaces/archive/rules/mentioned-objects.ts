/** Object names of git are 40 hexadecimal digits, or 64 in a repository with SHA-256. */
const OBJECT_NAME = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;
/** The name that git writes for "no object", such as before the first entry of a reflog. */
const NONE = /^0+$/;

/**
 * Every object name in a text. git's own files name objects in a dozen formats: refs, reflogs, heads of merges, lists of
 * rebases, logs of bisections, and more with each version. All of them write names in full, so one look at the digits finds
 * them all, and can't miss a format that it does not know. What only looks like a name is not an object of the repository.
 */
export function mentionedObjects(text: string): readonly string[] {
  return (text.match(OBJECT_NAME) ?? []).filter((name) => !NONE.test(name));
}

/** A name may lie across two parts of a long text: so many characters of the first are read again with the second. */
export const OVERLAP_CHARACTERS = 65;

/**
 * The repository that an address of git names, as `owner/name`: `https://github.com/o/n.git`, `git@github.com:o/n`,
 * `ssh://git@github.com/o/n`. The host is not compared: a GitHub has only its own repositories.
 *
 * @returns `null` if the address has no such form, as a path on this machine
 */
export function remoteName(url: string): string | null {
  const path = /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(url)?.[1] ?? /^[^/:]+@[^/:]+:(.+)$/.exec(url)?.[1];
  const [, owner, name] = /^\/?([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(path ?? "") ?? [];
  return owner === undefined || name === undefined ? null : `${owner}/${name}`;
}

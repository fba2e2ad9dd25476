import { pullRequestAddress } from "../../../text/pull-request-address.ts";
import { ownWords } from "../../../text/safe.ts";
import { type DescribeSection, shortened } from "./describe-section.ts";
import type { Sibling } from "../description-facts.ts";

const SIBLINGS_SHOWN_MAX = { full: 25, short: 6 };

/**
 * The other pull requests of a change in several repositories. The state of their checks and reviews is not shown:
 * each new state would rewrite every description of the set, and the check run `orb` shows it anyway.
 */
export const describeSiblings: DescribeSection = ({ siblings, policy }, wording) => {
  const take = shortened(siblings, SIBLINGS_SHOWN_MAX, (sibling) => {
    const { repository, number, state } = sibling;
    return {
      name:
        repository === null ? null : wording.code(number === null ? repository : `${repository}#${number}`),
      address: siblingAddress(sibling, policy.gitHubHost),
      state: ownWords(state),
    };
  });
  return (level) => (siblings.length === 0 ? null : take(level));
};

/** What a description shows of the others, as text that is only compared. */
export function siblingsShown(siblings: readonly Sibling[]): string {
  const listed = siblings.slice(0, SIBLINGS_SHOWN_MAX.full);
  const more = siblings.length - listed.length;
  return JSON.stringify([
    ...listed.map(({ repository, number, state }) => [repository, number, state]),
    ...(more > 0 ? [more] : []),
  ]);
}

/** The address to link to; `null` if there is none. */
export function siblingAddress({ repository, number }: Sibling, host: string) {
  return repository === null || number === null ? null : pullRequestAddress(host, { repository, number });
}

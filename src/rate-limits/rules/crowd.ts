/** So many requests are looked at together. */
export const CROWD = 1_000;

/** What is known about the requests so far: who may have sent most of this crowd, and how many of it the one before has sent. */
export interface Crowd {
  readonly seen: number;
  /** By the vote of Boyer and Moore: an address that has sent more than half of a crowd is its candidate. */
  readonly candidate: string;
  readonly votes: number;
  /** The candidate of the crowd before. */
  readonly suspect: string | null;
  readonly ofSuspect: number;
}

export const NOBODY: Crowd = { seen: 0, candidate: "", votes: 0, suspect: null, ofSuspect: 0 };

/** @returns the next state, and at the end of a crowd the address that has sent more than half of it, if one has */
export function join(
  crowd: Crowd,
  address: string,
): { readonly crowd: Crowd; readonly majority: string | null } {
  const seen = crowd.seen + 1;
  const ofSuspect = crowd.ofSuspect + (address === crowd.suspect ? 1 : 0);
  const isNew = crowd.votes === 0;
  const candidate = isNew ? address : crowd.candidate;
  const votes = isNew ? 1 : crowd.votes + (address === crowd.candidate ? 1 : -1);
  if (seen < CROWD) return { crowd: { ...crowd, seen, candidate, votes, ofSuspect }, majority: null };
  const majority = ofSuspect > CROWD / 2 ? crowd.suspect : null;
  return { crowd: { ...NOBODY, suspect: candidate }, majority };
}

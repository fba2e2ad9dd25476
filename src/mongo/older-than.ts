/** A place in a list that is ordered by time, and by id where times are the same. */
export interface TimePlace {
  readonly at: Date;
  readonly id: string;
}

/**
 * What comes after a place in a list with the newest first, as a filter.
 *
 * @param field with the time
 * @param idOf makes the id of documents from that of the place
 */
export function olderThan(
  field: string,
  { at, id }: TimePlace,
  idOf: (id: string) => unknown = (text) => text,
): Record<string, unknown> {
  return {
    // So that the index begins there.
    [field]: { $lte: at },
    $or: [{ [field]: { $lt: at } }, { [field]: at, _id: { $lt: idOf(id) } }],
  };
}

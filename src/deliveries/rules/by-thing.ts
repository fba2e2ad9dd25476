import type { DueWork } from "../../work/rules/fair-order.ts";

/** A delivery that is due. */
export interface DueDelivery extends DueWork {
  readonly id: string;
  /** The thing that it is about. */
  readonly about: string;
  readonly receivedAt: Date;
  /** Orders those of the same millisecond. */
  readonly arrival: number;
}

/** Due deliveries about one thing, in order. */
export interface DueDeliveries extends DueWork {
  readonly about: string;
  readonly ids: readonly string[];
}

/** Groups deliveries by what they are about, each group in the order of arrival; the group of the first one comes first. */
export function byThing(found: readonly DueDelivery[]): DueDeliveries[] {
  const arrived = found.toSorted(
    (a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || a.arrival - b.arrival,
  );
  const groups = Map.groupBy(arrived, ({ about }) => about);
  const things = new Set(found.map(({ about }) => about));
  return [...things].flatMap((about) => {
    const group = groups.get(about) ?? [];
    const longest = group.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())[0];
    if (!longest) return [];
    const { share, urgent, dueAt } = longest;
    return { about, share, urgent, dueAt, ids: group.map(({ id }) => id) };
  });
}

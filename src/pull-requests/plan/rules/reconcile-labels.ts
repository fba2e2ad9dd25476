// https://github.com/actions/labeler counts on it; GitHub's documentation does not say so.
const LABELS_MAX = 100;
/** Of names that were left to people; older ones are forgotten first. */
const DECLINED_MAX = 1_000;
/** A pull request has one label of each; a person who puts on another has chosen. */
const FAMILIES = ["type:", "size:"];

export interface LabelFacts {
  /** What the change deserves today. */
  readonly desired: readonly string[];
  /** What is on the pull request. */
  readonly current: readonly string[];
  /** What the bot put there, as the latest reconciliation left it. */
  readonly ours: readonly string[];
  /** What an earlier run set out to add or to take off, and of which it is not known whether it did. */
  readonly pending: readonly string[];
  /** What is left to people, as the latest reconciliation left it. */
  readonly declined: readonly string[];
}

export interface LabelPlan {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** What is the bot's when that is done. */
  readonly ours: readonly string[];
  readonly declined: readonly string[];
}

/**
 * Brings the bot's labels up to date and leaves people theirs. A label of the bot's that is gone was taken off by a
 * person, and one that is there without the bot was put on by a person: both are left to people from then on.
 * Where a person has put on another `type:` or `size:`, the bot neither adds nor removes one of that family. Names
 * ignore case, as GitHub's do.
 *
 * What people do between two runs and undo again can't be seen; nor what they do to a label in `pending` before
 * the next run.
 */
export function reconcileLabels(facts: LabelFacts): LabelPlan {
  const { desired, ours } = facts;
  const current = new Names(facts.current);
  const pending = new Names(facts.pending);
  const kept = new Names([...ours, ...facts.pending].filter((name) => current.has(name)));
  const gone = ours.filter((name) => !current.has(name) && !pending.has(name));
  const theirs = current.all.filter((name) => !kept.has(name));
  const declined = new Names([...facts.declined.filter((name) => !kept.has(name)), ...gone, ...theirs]);
  const wanted = new Names(desired);
  const chosen = FAMILIES.filter((family) => theirs.some((name) => isOf(name, family)));
  const isFree = (name: string) => !chosen.some((family) => isOf(name, family));

  const remove = current.all.filter((name) => kept.has(name) && !wanted.has(name) && isFree(name));
  const room = Math.max(0, LABELS_MAX - current.all.length + remove.length);
  const add = wanted.all
    .filter((name) => !current.has(name) && !declined.has(name) && isFree(name))
    .slice(0, room);
  const removed = new Names(remove);
  return {
    add,
    remove,
    ours: [...kept.all.filter((name) => !removed.has(name)), ...add],
    declined: declined.all.slice(-DECLINED_MAX),
  };
}

function isOf(name: string, family: string): boolean {
  return name.toLowerCase().startsWith(family);
}

/** Names in their order, each once. */
class Names {
  readonly #spelling = new Map<string, string>();

  constructor(names: readonly string[]) {
    for (const name of names) {
      const key = name.toLowerCase();
      if (!this.#spelling.has(key)) this.#spelling.set(key, name);
    }
  }

  get all(): readonly string[] {
    return [...this.#spelling.values()];
  }

  has(name: string): boolean {
    return this.#spelling.has(name.toLowerCase());
  }
}

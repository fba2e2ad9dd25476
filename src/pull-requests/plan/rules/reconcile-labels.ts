// https://github.com/actions/labeler relies on it; GitHub's documentation does not mention it.
const LABELS_MAX = 100;
/** Names that are left to people. Older ones are forgotten first. */
const DECLINED_MAX = 1_000;
/** A pull request has one label of each family. If a person adds another one, that is their choice. */
const FAMILIES = ["type:", "size:"];

export interface LabelFacts {
  /** The labels for the current change. */
  readonly desired: readonly string[];
  /** The labels on the pull request. */
  readonly current: readonly string[];
  /** The bot's labels after the latest reconciliation. */
  readonly ours: readonly string[];
  /** Labels that an earlier run was about to add or remove, with an unknown result. */
  readonly pending: readonly string[];
  /** The labels left to people after the latest reconciliation. */
  readonly declined: readonly string[];
}

export interface LabelPlan {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** The bot's labels when that is done. */
  readonly ours: readonly string[];
  readonly declined: readonly string[];
}

/**
 * Updates the bot's labels and leaves people theirs. A missing label of the bot was removed by a
 * person, and a label that the bot did not add was added by a person: both are left to people from then on.
 * If a person has added another `type:` or `size:`, the bot neither adds nor removes one of that family. Names
 * ignore case, as GitHub's do.
 *
 * The bot can't see changes that people make and undo between two runs, nor changes to a label in `pending` before
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

/** The names in their order, each once. */
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

import type { Need } from "./need.ts";
import { type Use, USES } from "./uses.ts";

/** A permission with everything that the bot does with it. */
export interface UsedPermission {
  /** GitHub's name. */
  readonly permission: string;
  /** At the highest level that any of the uses needs. */
  readonly need: Need;
  /** At least one. */
  readonly uses: readonly Use[];
}

const all: readonly Use[] = Object.values(USES);

/** What the App asks for, in the order of app.yml. GitHub takes one level of each, so read may be asked for as write. */
export const ASKED_PERMISSIONS = byPermission(all.filter(({ kind }) => kind !== "extra"));

/** What an owner may add. */
export const EXTRA_PERMISSIONS = byPermission(all.filter(({ kind }) => kind === "extra"));

/** The uses that need a permission at its level here and not at a lower one. */
export function usesAtItsLevel({ need, uses }: UsedPermission): readonly Use[] {
  return uses.filter(({ of }) => of === need);
}

function byPermission(uses: readonly Use[]): readonly UsedPermission[] {
  const groups = Map.groupBy(uses, ({ of }) => of.replace(/: \w+$/, ""));
  return [...groups].map(([permission, group]) => {
    const write = group.find(({ of }) => of.endsWith(": write"));
    const [first] = group as [Use];
    return { permission, need: (write ?? first).of, uses: group };
  });
}

import type { KeepReason } from "../../keep-reason.ts";
import type { Owner } from "../../record/workspace.ts";
import type { ProjectFact } from "./facts.ts";

/** Only who runs the host can do something about these: the rights of files, mounts, other programs, settings of the bot. */
const OF_THE_HOST =
  /permission|owner|immutable|read_only|mount|subvolume|device|root|unreadable|archive|holder|locked|trash/;

interface Asked {
  readonly host: string;
  readonly projects: readonly Pick<ProjectFact, "id" | "userId">[];
}

/**
 * Who decides about a reason to keep a workspace. Work in it, and its projects, belong to the user of the project that comes first by
 * its id, so that there is one to ask. What only an operator can change, and everything about an orphan, belongs to the operator.
 */
export function ownerOf({ code }: Pick<KeepReason, "code">, { host, projects }: Asked): Owner {
  const [first] = projects
    .filter(({ userId }) => userId !== null)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  if (!first?.userId || OF_THE_HOST.test(code))
    return { kind: "operator", name: host, project: first?.id ?? null };
  return { kind: "user", name: first.userId, project: first.id };
}

import { eventually } from "../../test/support/eventually.ts";
import type { Stage } from "./stage.ts";

/** Waits until the bot has looked at each of the projects, and they wait for a later time or are open. */
export async function allWait({ pullRequests }: Stage, projects: readonly string[]): Promise<void> {
  const ofProjects = { project: { $in: [...projects] } };
  await eventually("all completions waiting", async () => {
    const isDue = { "work.dueAt": { $lte: new Date() }, openedAt: null };
    const [known, due] = await Promise.all([
      pullRequests.countDocuments(ofProjects),
      pullRequests.countDocuments({ ...ofProjects, ...isDue }),
    ]);
    return known === projects.length && due === 0;
  });
}

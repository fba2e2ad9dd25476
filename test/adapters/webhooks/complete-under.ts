import type { App } from "../../../src/app.ts";
import { takeCompletion } from "../../../src/pull-requests/intake/take-completion.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { completion } from "../../support/signals.ts";

/** Takes in a completion that names its repository so, as the work on signals does. */
export async function completeUnder(
  { database, installations, pullRequestStore: store }: App,
  project: string,
  named: string,
  minute: number,
): Promise<void> {
  const data = { branch: `agent/${project}`, repository: named, summary: `Minute ${minute}` };
  const signal = parseSignal(completion(project, data, { minute }), new Date());
  if (signal.type !== "orb.implementation.completed") throw new Error("It is another signal");
  await database.transaction(async (transaction) => {
    const known = await installations.repositoryNamed(named, transaction);
    const repository = { repository: known?.fullName ?? named, repositoryId: known?._id ?? null };
    const now = new Date();
    await takeCompletion(signal, { store, ...repository, now, receivedAt: now, transaction });
  });
}

import type { Repository } from "../github/repository.ts";
import type { CheckNotes } from "./rules/check-notes.ts";
import type { RunProgress } from "./run-progress.ts";

/** Puts what the description has no room for on the bot's check run, of which a head commit has one. */
export async function writeNotes(
  { title, summary, text }: CheckNotes,
  { repository, progress }: { repository: Repository; progress: RunProgress },
): Promise<void> {
  const { headSha, checkRun } = progress.pullRequest;
  const begun = progress.hasBegun("check");
  await progress.begin(["check"]);
  try {
    const output = { title, summary, text };
    const known = checkRun?.headSha === headSha ? checkRun.id : null;
    // Begun and not known: the answer to its creation may have been lost.
    const id = known ?? (begun ? await repository.findCheckRun(headSha) : null);
    if (id !== null) await repository.updateCheckRun({ id, output });
    const written = id ?? (await repository.createCheckRun({ headSha, output }));
    await progress.answered("check");
    const detail = { status: "done", detail: title } as const;
    await progress.finish("check", detail, { checkRun: { id: written, headSha } });
  } catch (error) {
    await progress.putUpWith("check", error);
  }
}

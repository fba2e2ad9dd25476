import type { Repository } from "../../github/repository.ts";
import { fingerprint } from "../../text/fingerprint.ts";
import type { CheckReport } from "./rules/check-report.ts";
import type { RunProgress } from "../steps/progress.ts";

/** Writes the report on the bot's check run, of which each head commit has one. It writes only if the report changed. */
export async function writeCheck(
  report: CheckReport,
  { repository, progress }: { repository: Repository; progress: RunProgress },
): Promise<void> {
  const { headSha, checkRun } = progress.pullRequest;
  const print = fingerprint(JSON.stringify(report));
  const known = checkRun?.headSha === headSha ? checkRun : null;
  if (known?.print === print) return;
  const isLost = known === null && progress.isUnderWay("check");
  await progress.begin(["check"]);
  try {
    const { title, summary, text, actions, progress: state } = report;
    const run = { output: { title, summary, text }, actions, progress: state };
    // Begun but not known: the answer to its creation may have been lost.
    const id = known?.id ?? (isLost ? await repository.findCheckRun(headSha) : null);
    if (id !== null) await repository.updateCheckRun({ id, ...run });
    const written = id ?? (await repository.createCheckRun({ headSha, ...run }));
    progress.wrote();
    await progress.answered("check");
    const detail = { status: "done", detail: title } as const;
    await progress.finish("check", detail, { checkRun: { id: written, headSha, print } });
  } catch (error) {
    await progress.recordShortcoming("check", error);
  }
}

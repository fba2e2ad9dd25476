import type { Refusal } from "../../errors.ts";
import type { Sibling } from "../../descriptions/rules/description-facts.ts";
import { OWN_CHECK } from "../../github/deeds/check-runs.ts";
import type { Repository } from "../../github/repository.ts";
import type { SettingsInForce } from "../../repository-settings/in-force.ts";
import { DEFAULT_SETTINGS } from "../../repository-settings/settings.ts";
import type { PullRequestTelemetry } from "../../telemetry/pull-requests.ts";
import type { Templates } from "../../text/templates/templates.ts";
import { nameOf } from "../record/record.ts";
import { checkReport } from "./rules/check-report.ts";
import { checkConclusion, type CheckTruth } from "./rules/check-conclusion.ts";
import { isOver } from "../observe/rules/lifecycle.ts";
import { type Run, settingsOf } from "../run.ts";
import { writeCheck } from "./write-check.ts";

interface Context {
  readonly repository: Repository;
  /** Why the bot can't update the pull request. */
  readonly problem: Refusal | null;
  /** The others of its change set. */
  readonly siblings: readonly Sibling[];
  readonly settings: SettingsInForce;
  readonly templates: Templates;
  readonly telemetry: PullRequestTelemetry;
}

/** Reports the state of the pull request on the check run of its head, if anyone waits for a report. */
export async function report(run: Run, context: Context): Promise<void> {
  const { record, progress, wrote, look } = run;
  const { pullRequest } = progress;
  const there = pullRequest.checkRun?.headSha === pullRequest.headSha;
  if (look && isOver(look.seen.lifecycle) && !there) return;
  const found = checkReport(
    {
      notes: wrote ? wrote.notes : record.notes,
      truth: await truthOf(run, context),
      there,
      demanded: (wrote?.requiredChecks ?? record.requiredChecks ?? []).includes(OWN_CHECK),
    },
    (name, values) => context.templates.render(name, values),
  );
  if (!found) return;
  await writeCheck(found, { repository: context.repository, progress });
  await toldOfSettings(run, context);
}

/** `null` if there was no look at this head yet, for example directly after opening. */
async function truthOf(run: Run, context: Context): Promise<CheckTruth | null> {
  const { record, look, progress } = run;
  if (!look || look.isOlder || look.seen.headSha !== progress.pullRequest.headSha) return null;
  const { siblings, problem } = context;
  const settings = siblings.length > 0 ? await settingsOf(run, { ...context, look }) : DEFAULT_SETTINGS;
  const hold = record.hold && `${record.hold.by} asked for it.`;
  return checkConclusion({ seen: look.seen, settings, siblings, hold, problem });
}

/** Problems of settings count as reported once this run has written them on the check run. */
async function toldOfSettings(
  { record, wrote, progress }: Run,
  { settings, telemetry }: Context,
): Promise<void> {
  const found = wrote?.settingsReport;
  if (!found || !progress.hasDone("check")) return;
  await settings.reported(found);
  telemetry.settingsReported(nameOf(record), found.problems);
}

import { OrbError } from "../../errors.ts";
import type { RemotePullRequest } from "../../github/facts/pull-request.ts";
import type { Repository } from "../../github/repository.ts";
import { decorate } from "./decorate.ts";
import type { WrittenPullRequest } from "../record/record.ts";
import type { Effect, PublishPlan } from "../plan/rules/decide-publish.ts";
import type { ExistingPullRequest } from "../plan/rules/existing-pull-request.ts";
import { NO_LABELLING } from "../record/rules/labelling.ts";
import type { RunProgress } from "../steps/progress.ts";

/** Carries out the effects of a plan one by one, except the check run. Each may be repeated. */
export async function applyPlan(
  { effects, labelling, shortcomings }: PublishPlan,
  {
    existing,
    repository,
    progress,
  }: { existing: ExistingPullRequest | null; repository: Repository; progress: RunProgress },
): Promise<void> {
  progress.startOver(shortcomings);
  // Store what the labels show about people's changes, even if there is nothing to do; otherwise it is stored with the step.
  const decorates = effects.some((effect) => effect.do === "decorate");
  if (existing) await takeIn(decorates ? existing : { ...existing, labelling }, progress);
  for (const effect of effects) {
    switch (effect.do) {
      case "update":
        await refuseEdited(effect, { existing, repository });
        await write(effect, repository, progress);
        break;
      case "create":
        await write(effect, repository, progress);
        break;
      case "decorate":
        await decorate(effect, { labelling, repository, progress });
        break;
      case "check":
        // The end of the run writes it, which knows the whole report.
        break;
      default:
        effect satisfies never;
    }
  }
}

/** An effect that GitHub shows already counts as done. */
export async function takeIn(existing: ExistingPullRequest, progress: RunProgress): Promise<void> {
  const { titleWritten, labelling, reviewersAsked, draft } = existing;
  // If its creation was not answered, nobody else can have turned it into a draft yet.
  const { adopted = true, checkRun = null, draftByBot = draft } = progress.current.pullRequest ?? {};
  const kept = { titleWritten, labelling, reviewersAsked, adopted, checkRun, draftByBot };
  await remember(existing, kept, progress);
}

/**
 * GitHub can't write a description on condition that it has not changed since it was read, and the analysis of the change takes
 * seconds. Reading it again directly before the write leaves hardly any time for an edit.
 *
 * @throws OrbError `pull_request_edited`
 */
async function refuseEdited(
  { number, title, body }: Extract<Effect, { do: "update" }>,
  { existing, repository }: { existing: ExistingPullRequest | null; repository: Repository },
): Promise<void> {
  const latest = await repository.pullRequest(number);
  const isEdited = body !== undefined && latest.body !== existing?.body;
  const isRetitled = title !== undefined && latest.title !== existing?.title;
  if (!isEdited && !isRetitled) return;
  throw new OrbError({
    code: "pull_request_edited",
    reason: `Somebody edited #${number} while the bot was reading it.`,
    remedy: "No action needed: the bot reads it again.",
  });
}

async function write(
  effect: Extract<Effect, { do: "create" | "update" }>,
  repository: Repository,
  progress: RunProgress,
): Promise<void> {
  await progress.beginWriting(effect.title ?? null);
  const written = await send(effect, repository);
  progress.wrote();
  await progress.answered("write");
  const draftByBot = effect.do === "create" && written.draft;
  const known = progress.current.pullRequest ?? { ...NOTHING_KEPT, draftByBot };
  // Only this is kept of the earlier state; the rest comes from GitHub's answer.
  const { titleWritten, labelling, reviewersAsked, adopted, checkRun } = known;
  const kept = { labelling, reviewersAsked, adopted, checkRun, draftByBot: known.draftByBot };
  await remember(written, { ...kept, titleWritten: effect.title ?? titleWritten }, progress);
}

async function send(
  effect: Extract<Effect, { do: "create" | "update" }>,
  repository: Repository,
): Promise<RemotePullRequest> {
  if (effect.do === "create") {
    const { head, base, title, body, draft } = effect;
    return repository.createPullRequest({ head, base, title, body, draft });
  }
  const { title, body } = effect;
  return repository.updatePullRequest(effect.number, {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
  });
}

type Kept = Pick<
  WrittenPullRequest,
  "titleWritten" | "labelling" | "reviewersAsked" | "adopted" | "checkRun" | "draftByBot"
>;
const NOTHING_KEPT: Kept = {
  titleWritten: null,
  labelling: NO_LABELLING,
  reviewersAsked: [],
  adopted: false,
  checkRun: null,
  draftByBot: false,
};

/** GitHub's answer, and what we know in addition. */
async function remember(
  { number, nodeId, url, title, baseRef: base, draft, labels, headSha }: RemotePullRequest,
  { draftByBot, ...kept }: Kept,
  progress: RunProgress,
): Promise<void> {
  const told = { number, nodeId, url, title, base, draft, labels, headSha };
  progress.introduce({ ...told, ...kept, draftByBot: draftByBot && draft });
  await progress.finish("write", { status: "done", detail: `#${number}` });
}

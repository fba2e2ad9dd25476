import { OrbError, type Refusal } from "../../errors.ts";
import type { GitHub } from "../../github/github.ts";
import { PASSING_FAILURES } from "../../github/wire/rules/failure-codes.ts";
import type { Installations } from "../../installations/installations.ts";
import type { Completion } from "../../signals/signal.ts";
import { type PlanDeps, planPublish, type Planned } from "./plan-publish.ts";
import { NO_WORKAROUNDS } from "./workarounds.ts";
import { type PublishRequest, publishRequestOf } from "./publish-request.ts";
import { keyOf } from "../record/record.ts";
import type { Decoration } from "./rules/decide-publish.ts";
import { recheckMs } from "../record/rules/recheck.ts";
import type { StoredPullRequest } from "../record/store.ts";

/** What the bot would do with a completion if it were signalled now. */
export interface Preview {
  readonly would: "open" | "update" | "change_nothing" | "wait" | "refuse";
  readonly because: string;
  readonly title: string | null;
  readonly body: string | null;
  readonly draft: boolean | null;
  readonly labels: readonly string[];
  readonly reviewers: { readonly people: readonly string[]; readonly teams: readonly string[] };
  /** The notes for the check run, because the description has no room for them. */
  readonly notes: { readonly title: string; readonly summary: string; readonly text: string | null } | null;
  readonly problems: readonly Refusal[];
}

type PreviewDeps = PlanDeps & { readonly github: GitHub; readonly installations: Installations };

/** The decision about a pull request without its effects: it reads from GitHub and writes nothing. */
export class Previewer {
  readonly #deps: PreviewDeps;

  constructor(deps: PreviewDeps) {
    this.#deps = deps;
  }

  /** @throws OrbError if GitHub can't be asked now */
  async ofCompletion(named: Completion, now: Date): Promise<Preview> {
    const { installations, store } = this.#deps;
    const { project, branch, requestedBy = null } = named;
    const known = await installations.repositoryNamed(named.repository);
    const repository = known?.fullName ?? named.repository;
    const completion = { ...named, repository };
    const record = await store.findByKey(keyOf({ project, repository, branch }));
    if (record) return this.ofRecord({ ...record, completion });
    const entry = { id: "", number: null, begun: false, held: false, requestedBy, createdAt: now };
    const unknown = { pullRequest: null, known: null, begun: false, titleBegun: null, lookOnly: true, entry };
    return this.#preview({ project, repository, branch, completion, ...unknown });
  }

  async ofRecord(record: StoredPullRequest): Promise<Preview> {
    return this.#preview(publishRequestOf(record, { lookOnly: true }));
  }

  async #preview(request: PublishRequest): Promise<Preview> {
    try {
      const repository = await this.#deps.github.repository(request.repository);
      // A run would learn from GitHub's refusal that a person opened one by hand. A preview gets no refusal.
      const workarounds = { ...NO_WORKAROUNDS, mayExist: true };
      return show(await planPublish(request, repository, workarounds, this.#deps));
    } catch (error) {
      // After a temporary failure the caller asks again. A problem that a person must fix is the answer.
      if (!(error instanceof OrbError) || error.retryAt || PASSING.has(error.code)) throw error;
      return refused("refuse", error.toRefusal());
    }
  }
}

const PASSING: ReadonlySet<string> = new Set([...PASSING_FAILURES, "mongodb_unavailable", "rate_limited"]);

function refused(would: "wait" | "refuse", refusal: Refusal): Preview {
  return {
    would,
    because: refusal.reason,
    title: null,
    body: null,
    draft: null,
    labels: [],
    reviewers: { people: [], teams: [] },
    notes: null,
    problems: [refusal],
  };
}

function show(planned: Planned): Preview {
  const { refusal } = planned;
  if (refusal) return refused(recheckMs(refusal.code) === null ? "refuse" : "wait", refusal);
  const { facts, plan } = planned;
  const { effects, because, shortcomings } = plan;
  const written = effects.find((effect) => effect.do === "create" || effect.do === "update");
  const decoration = effects.find((effect): effect is Decoration => effect.do === "decorate");
  const { existing } = facts;
  const removed = new Set(decoration?.removeLabels);
  return {
    would: written?.do === "create" ? "open" : effects.length > 0 ? "update" : "change_nothing",
    because,
    title: written?.title ?? existing?.title ?? facts.title,
    body: written?.body ?? existing?.body ?? facts.body,
    draft: written?.do === "create" ? written.draft : (existing?.draft ?? false),
    labels: [
      ...(existing?.labels.filter((name) => !removed.has(name)) ?? []),
      ...(decoration?.addLabels.map(({ name }) => name) ?? []),
    ],
    reviewers: { people: decoration?.people ?? [], teams: decoration?.teams ?? [] },
    notes: facts.notes,
    problems: shortcomings,
  };
}

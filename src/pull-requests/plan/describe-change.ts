import { randomUUID } from "node:crypto";
import type { Refusal } from "../../errors.ts";
import type { Repository } from "../../github/repository.ts";
import type { Gathered } from "./gather-facts.ts";
import type { PublishRequest } from "./publish-request.ts";
import { chooseLayout } from "./choose-layout.ts";
import type { Marker } from "../record/marker.ts";
import { fenceUnproved, proveBody } from "./prove-body.ts";
import { composeBody, type ComposedBody, type Layout } from "../../descriptions/rules/compose-body.ts";
import type { RenderTemplate } from "../../descriptions/rules/describe.ts";
import type { DescriptionFacts } from "../../descriptions/rules/description-facts.ts";
import { askOptional } from "../steps/ask-optional.ts";

interface Context extends Pick<Gathered, "baseFiles" | "settings"> {
  readonly request: PublishRequest;
  readonly repositoryId: number;
  readonly repository: Repository;
  readonly marker: Marker;
  readonly render: RenderTemplate;
  readonly charactersMax: number;
  readonly patient: boolean;
}

export interface DescribedChange extends Pick<ComposedBody, "body" | "overflow" | "problems"> {
  /** Why it could not be proved harmless, if so. */
  readonly unanswered: readonly Refusal[];
}

/** The description, proved harmless, in the repository's layout if that can be used. */
export async function describeChange(
  facts: DescriptionFacts,
  { request, repositoryId, repository, marker, render, charactersMax, baseFiles, settings, patient }: Context,
): Promise<DescribedChange> {
  const { project, branch } = request;
  const line = marker.of({ project, branch, repositoryId });
  const composed = (layout: Layout) =>
    composeBody(facts, { layout, marker: line, render, charactersMax, inCheckRun: true });
  const proof = { policy: facts.policy, repository, name: request.repository };
  const prove = (body: ComposedBody) => askOptional(() => proveBody(body, proof), { patient });
  const nonce = randomUUID().replaceAll("-", "");
  const { layout, problems } = chooseLayout(facts, { baseFiles, settings, nonce });
  const first = composed(layout);
  const found = [...problems, ...first.problems];
  const proved = await prove(first);
  const { overflow } = first;
  if (proved.refusal) {
    // The repository's template may be the live part, so it is not used either.
    const body = first.provable.template ? composed({ kind: "own" }) : first;
    return {
      body: fenceUnproved(body),
      overflow: body.overflow,
      problems: found,
      unanswered: [unproved(proved.refusal)],
    };
  }
  if (proved.answer !== null) return { body: proved.answer, overflow, problems: found, unanswered: [] };
  const own = composed({ kind: "own" });
  const ownProved = await prove(own);
  return {
    body: ownProved.answer ?? fenceUnproved(own),
    overflow: own.overflow,
    problems: [...found, ...(layout.kind === "own" ? [] : [actingTemplate(layout.path)])],
    unanswered: ownProved.refusal ? [unproved(ownProved.refusal)] : [],
  };
}

function unproved({ reason }: Refusal): Refusal {
  return {
    code: "description_unproved",
    reason: `GitHub did not confirm that other people's texts are harmless, so the description shows them as code. ${reason}`,
    remedy: "Signal completion again when GitHub responds. Then they are shown normally.",
  };
}

function actingTemplate(path: string): Refusal {
  return {
    code: "template_acts",
    reason: `${path} would mention somebody or have another effect on GitHub, so the bot uses its own template.`,
    remedy: "Remove mentions, closing keywords and links to other hosts from it.",
  };
}

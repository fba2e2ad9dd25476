import { randomUUID } from "node:crypto";
import type { Refusal } from "../../errors.ts";
import type { Repository } from "../../github/repository.ts";
import type { Gathered } from "./gather-facts.ts";
import type { PublishRequest } from "./publish-request.ts";
import { askDescription } from "./ask-description.ts";
import type { DescriptionOrder } from "./compose-description.ts";
import type { Marker } from "../record/marker.ts";
import { fenceUnproved, proveBody } from "./prove-body.ts";
import type { ComposedBody } from "../../descriptions/rules/compose-body.ts";
import type { DescriptionFacts } from "../../descriptions/rules/description-facts.ts";
import type { Templates } from "../../text/templates/templates.ts";
import type { Apart } from "../../work/apart/apart.ts";
import { ownerOf } from "../../text/github-names.ts";
import { askOptional } from "../steps/ask-optional.ts";

interface Context extends Pick<Gathered, "baseFiles" | "settings"> {
  readonly request: PublishRequest;
  readonly repositoryId: number;
  readonly repository: Repository;
  readonly marker: Marker;
  readonly templates: Templates;
  readonly apart: Apart;
  readonly charactersMax: number;
  readonly patient: boolean;
}

export interface DescribedChange extends Pick<ComposedBody, "body" | "overflow" | "problems"> {
  /** Why it could not be proved harmless, if so. */
  readonly unanswered: readonly Refusal[];
}

/** The description, proved harmless, in the repository's layout if that can be used. */
export async function describeChange(facts: DescriptionFacts, context: Context): Promise<DescribedChange> {
  const { request, repositoryId, repository, marker, templates } = context;
  const { apart, charactersMax, baseFiles, settings, patient } = context;
  const { project, branch } = request;
  const account = ownerOf(request.repository);
  const composed = (repositoryTemplates: DescriptionOrder["repositoryTemplates"]) =>
    askDescription(
      {
        facts,
        repositoryTemplates,
        settings,
        marker: marker.of({ project, branch, repositoryId }),
        nonce: randomUUID().replaceAll("-", ""),
        charactersMax,
        ownTemplates: templates.root,
      },
      { apart, account },
    );
  const proof = { policy: facts.policy, repository, name: request.repository, apart };
  const prove = (body: ComposedBody) => askOptional(() => proveBody(body, proof), { patient });
  const first = await composed(baseFiles);
  const { overflow, problems, templatePath } = first;
  const proved = await prove(first);
  if (proved.refusal) {
    // The repository's template may be the live part, so it is not used either.
    const body = first.provable.template ? await composed(null) : first;
    return {
      body: fenceUnproved(body),
      overflow: body.overflow,
      problems,
      unanswered: [unproved(proved.refusal)],
    };
  }
  if (proved.answer !== null) return { body: proved.answer, overflow, problems, unanswered: [] };
  const own = await composed(null);
  const ownProved = await prove(own);
  return {
    body: ownProved.answer ?? fenceUnproved(own),
    overflow: own.overflow,
    problems: [...problems, ...(templatePath === null ? [] : [actingTemplate(templatePath)])],
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

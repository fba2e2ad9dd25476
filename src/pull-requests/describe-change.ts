import { randomUUID } from "node:crypto";
import type { Refusal } from "../errors.ts";
import type { Repository } from "../github/repository.ts";
import type { Gathered, Wanted } from "./gather-facts.ts";
import { findLayout } from "./layout.ts";
import type { Marker } from "./marker.ts";
import { proveBody } from "./prove-body.ts";
import { composeBody, type ComposedBody, type Layout } from "./rules/compose-body.ts";
import type { RenderTemplate } from "./rules/describe.ts";
import type { DescriptionFacts } from "./rules/description-facts.ts";

interface Context extends Pick<Gathered, "baseFiles" | "settings"> {
  readonly wanted: Wanted;
  readonly repository: Repository;
  readonly marker: Marker;
  readonly render: RenderTemplate;
  readonly charactersMax: number;
}

/** The description, proved harmless, in the layout that the repository wants where that one can be used. */
export async function describeChange(
  facts: DescriptionFacts,
  { wanted, repository, marker, render, charactersMax, baseFiles, settings }: Context,
): Promise<Pick<ComposedBody, "body" | "overflow" | "problems">> {
  const composed = (layout: Layout) =>
    composeBody(facts, { layout, marker: marker.of(wanted), render, charactersMax, inCheckRun: true });
  const proof = { policy: facts.policy, repository, name: wanted.repository };
  const nonce = randomUUID().replaceAll("-", "");
  const { layout, problems } = findLayout(facts, { baseFiles, settings, nonce });
  const first = composed(layout);
  const found = [...problems, ...first.problems];
  const body = await proveBody(first, proof);
  if (body !== null) return { body, overflow: first.overflow, problems: found };
  const own = composed({ kind: "own" });
  return {
    body: (await proveBody(own, proof)) ?? own.body,
    overflow: own.overflow,
    problems: [...found, ...(layout.kind === "own" ? [] : [actingTemplate(layout.path)])],
  };
}

function actingTemplate(path: string): Refusal {
  return {
    code: "template_acts",
    reason: `GitHub would mention somebody, or act on something else, in ${path}, so the bot's own words are used.`,
    remedy: "Take mentions, closing keywords and links to other hosts out of it.",
  };
}

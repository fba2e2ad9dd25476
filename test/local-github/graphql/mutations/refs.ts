import { deleteBranch } from "../../acts/pushes.ts";
import { BRANCH_PREFIX } from "../../git/refs.ts";
import { actorIn, demandDeed } from "../context.ts";
import { nodeNotFound } from "../graphql-refusal.ts";
import { locateAs } from "../located.ts";
import type { Mutation } from "./mutation.ts";

/** Branches only: tags are not deleted here. */
export const deleteRef: Mutation<{ refId: string }> = async (context, { refId }) => {
  const { repository, name } = locateAs(context, refId, "ref");
  demandDeed(context, repository, "deleteRef");
  if (!name.startsWith(BRANCH_PREFIX)) throw nodeNotFound(refId);
  await deleteBranch(context.world, actorIn(context), repository, name.slice(BRANCH_PREFIX.length));
  return {};
};

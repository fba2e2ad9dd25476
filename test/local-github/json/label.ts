import type { Label, Repository } from "../state.ts";
import type { World } from "../world.ts";
import type { Schema } from "./schema.ts";
import { repositoryApi } from "./urls.ts";

export function labelJson(world: World, repository: Repository, label: Label): Schema<"label"> {
  const { id, nodeId, name, color, description } = label;
  return {
    id,
    node_id: nodeId,
    url: `${repositoryApi(world, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    color,
    default: false,
    description,
  };
}

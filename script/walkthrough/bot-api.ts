import ky, { HTTPError } from "ky";
import { OrbError } from "../../src/errors.ts";
import type { Stage } from "./stage.ts";

/** A reason to keep a workspace, as far as the demo shows it. */
export interface ShownReason {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

export interface ShownWorkspace {
  readonly id: string;
  readonly path: string;
  readonly status: string;
  readonly kept: readonly ShownReason[];
  readonly restore?: { readonly status: string; readonly problem: ShownReason | null } | null;
}

/** The parts of the bot's API that an operator uses about workspaces. */
export class BotApi {
  readonly #client: typeof ky;

  constructor({ botUrl, adminToken }: Pick<Stage, "botUrl" | "adminToken">) {
    this.#client = ky.create({
      prefix: new URL("/api/v1/", botUrl),
      headers: { Authorization: `Bearer ${adminToken}` },
    });
  }

  /** The only workspace of a project, which must be there. */
  async workspaceOf(project: string): Promise<ShownWorkspace> {
    const listed = await this.#ask<{ items: ShownWorkspace[] }>("get", `workspaces?project=${project}`);
    const [first] = listed.items;
    if (first) return first;
    throw new OrbError({
      code: "no_workspace",
      reason: `The bot has no workspace of ${project}.`,
      remedy: "Its log says what became of the signal that named it.",
    });
  }

  /** Also one that is gone. */
  workspace(id: string): Promise<ShownWorkspace> {
    return this.#ask("get", `workspaces/${id}`);
  }

  archive(id: string): Promise<unknown> {
    return this.#ask("post", `workspaces/${id}/archive`);
  }

  restore(id: string): Promise<unknown> {
    return this.#ask("post", `workspaces/${id}/restore`);
  }

  async #ask<Answer>(method: "get" | "post", path: string, json?: object): Promise<Answer> {
    try {
      return await this.#client(path, { method, ...(json && { json }) }).json<Answer>();
    } catch (error) {
      if (!(error instanceof HTTPError)) throw error;
      const { code = "refused", detail = error.message } = error.data as { code?: string; detail?: string };
      throw new OrbError({
        code,
        reason: `The bot refused ${method} ${path}: ${detail}`,
        remedy: "Its log says more.",
      });
    }
  }
}

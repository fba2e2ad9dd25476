import type { z } from "zod";
import type { Scope } from "../../tokens/scope.ts";

/** The parts of the API's description, in its order, with a sentence for each. */
export const TAGS = {
  Signals: "What a Meta-Agent sends: its projects, their phases and completed work.",
  Events: "What the bot reports to a Meta-Agent.",
  Projects: "The units of agent work, with what their agents did and said.",
  "Pull requests": "What became of completed work on GitHub, and previews of what would.",
  Workspaces: "The folders in which agents work, and why each of them is kept.",
  "Clean-ups": "What is removed, when, and why not.",
  Disks: "How full the disks of the workspaces are, and what an operator can do about it.",
  Settings: "Checks of the settings files of repositories.",
  Deliveries: "The inbox of GitHub's webhooks.",
  Access: "Tokens of the API, and who changed what.",
  System: "Health, metrics, and this description.",
} as const;

/** What the API's description says about a route, besides the schemas with which the route reads and answers. */
export interface Operation {
  /** Its `operationId`: the name of its function in generated clients. It never changes. */
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  /** What it does, in a few words. */
  readonly summary: string;
  /** What else a caller must know, in Markdown. */
  readonly description?: string;
  /** The codes of problems that it can answer with, besides those that every route has. */
  readonly problems?: readonly string[];
  /** What the body looks like, if its route has a reader of its own instead of a schema. */
  readonly body?: z.ZodType;
  /** The headers that its route reads itself. */
  readonly headers?: z.ZodObject;
  /** The media type of the answer, if it is not JSON. */
  readonly answers?: string;
  /** The scope that a caller needs in some cases, if the route itself is open. */
  readonly scopeElsewhere?: Scope;
}

import type { RemotePullRequest } from "../../github/pull-request.ts";
import type { Labelling } from "./labelling.ts";

/** The pull request that is there already, with what the bot remembers of it. */
export interface ExistingPullRequest extends RemotePullRequest {
  /** We opened it: our record or the marker in its description says so. */
  readonly ours: boolean;
  /** The title that we gave it last; `null` where we don't know. */
  readonly titleWritten: string | null;
  readonly labelling: Labelling;
  readonly reviewersAsked: readonly string[];
}

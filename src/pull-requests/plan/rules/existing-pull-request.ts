import type { RemotePullRequest } from "../../../github/facts/pull-request.ts";
import type { Labelling } from "../../record/rules/labelling.ts";

/** The pull request that is there already, with what the bot remembers of it. */
export interface ExistingPullRequest extends RemotePullRequest {
  /** We opened it: our record or the marker in its description says so. */
  readonly ours: boolean;
  /** The title that we gave it last; `null` where we don't know. */
  readonly titleWritten: string | null;
  readonly labelling: Labelling;
  readonly reviewersAsked: readonly string[];
}

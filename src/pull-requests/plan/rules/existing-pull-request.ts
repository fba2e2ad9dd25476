import type { RemotePullRequest } from "../../../github/facts/pull-request.ts";
import type { Labelling } from "../../record/rules/labelling.ts";

/** The existing pull request, with the bot's stored facts about it. */
export interface ExistingPullRequest extends RemotePullRequest {
  /** We opened it: our record or the marker in its description says so. */
  readonly ours: boolean;
  /** The last title that we gave it; `null` if it is not known. */
  readonly titleWritten: string | null;
  readonly labelling: Labelling;
  readonly reviewersAsked: readonly string[];
}

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../secret.ts";
import type { PullRequestName } from "../../telemetry/pull-requests.ts";
import { keyOf } from "./record.ts";
import { MARKER_LINE } from "./rules/marker-line.ts";
import { ownWords, type SafeMarkdown } from "../../text/safe.ts";

/** A pull request by what never changes: its project, its branch, and GitHub's id of its repository. */
export interface MarkedPullRequest extends Pick<PullRequestName, "project" | "branch"> {
  readonly repositoryId: number;
}

/**
 * The hidden line by which the bot recognises its own pull requests if the answer to their creation was lost. It is
 * a MAC over project, repository and branch: copied into another pull request, it proves nothing. The repository is meant
 * by its id, so that the marker outlives a new name, and so that another repository with the old name can't use it.
 */
export class Marker {
  readonly #key: Uint8Array;

  /** @param secret known to every instance of the bot and to nobody else: the App's private key */
  constructor(secret: Secret) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret.reveal(), "", "orb pull request marker", 32));
  }

  of(pullRequest: MarkedPullRequest): SafeMarkdown {
    return ownWords(`<!-- orb:pull-request ${this.#mac(keyById(pullRequest))} -->`);
  }

  /**
   * Whether a description has the marker of exactly this pull request.
   *
   * @param names names that no other repository had. Earlier versions made markers with the name in the place of the id
   */
  isIn(body: string, pullRequest: MarkedPullRequest, { names }: { names: readonly string[] }): boolean {
    const byName = names.map((repository) => keyOf({ ...pullRequest, repository }));
    const expected = [keyById(pullRequest), ...byName].map((key) => Buffer.from(this.#mac(key)));
    // GitHub's limit on descriptions bounds how many there can be.
    const found = [...body.matchAll(MARKER_LINE)].map((match) => Buffer.from(match[1] ?? ""));
    return found.some((mac) => expected.some((one) => timingSafeEqual(mac, one)));
  }

  #mac(key: string): string {
    return createHmac("sha256", this.#key).update(key).digest("base64url");
  }
}

/** No name is a number in JSON, so it never equals `keyOf` a name. */
function keyById({ project, repositoryId, branch }: MarkedPullRequest): string {
  return JSON.stringify([project, repositoryId, branch]);
}

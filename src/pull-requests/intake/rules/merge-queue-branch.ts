// GitHub's merge queue names its branches gh-readonly-queue/<base>/pr-<number>-<sha of the base>
const QUEUE_BRANCH = /^refs\/heads\/gh-readonly-queue\/.{1,500}\/pr-(\d{1,9})-[0-9a-f]{40,64}$/;

/** The last pull request on a branch of the merge queue; `null` for any other branch. */
export function mergeQueueNumber(ref: string): number | null {
  const number = Number(QUEUE_BRANCH.exec(ref)?.[1] ?? 0);
  return number > 0 ? number : null;
}

import * as fc from "fast-check";
import { expect, test } from "../../../support/testing.ts";
import { longStory, sampledInputs } from "../../../support/sample.ts";
import { KeepScene, summary } from "./scene.ts";

/** What an agent does, each with a content that nothing else has: `$N`. A step that does not fit fails, and leaves things as they are. */
const STEPS = [
  'echo "$N" >> README.md',
  'echo "$N" > "new $N.ts"',
  'echo "$N" > .env',
  'mkdir -p node_modules/a; echo "$N" > node_modules/a/b.js',
  'echo "$N" > staged.ts; git add staged.ts',
  "git rm -qf --cached staged.ts; rm -f staged.ts",
  'echo "$N" >> README.md; git commit -qam $N',
  'echo "$N" >> README.md; git commit -qam $N; git reset -q --hard HEAD~1',
  'echo "$N" >> README.md; git commit -qam $N; echo other >> README.md; git commit -qa --amend -m $N',
  'echo "$N" >> README.md; git stash -q',
  'echo "$N" >> README.md; git add README.md; git show HEAD:README.md > README.md',
  'git checkout -q --detach; echo "$N" >> README.md; git commit -qam $N; git checkout -q agent/x',
  "git add -A; git commit -qm $N",
  "git add -A; git commit -qm $N; git push -q origin HEAD:refs/heads/$N",
  "git push -qf origin HEAD:refs/heads/agent/x",
  "git commit -q --amend -m $N",
  "git stash -q -u",
  "git stash pop -q",
  "git stash drop -q",
  "git checkout -q --detach",
  "git checkout -q -b $N",
  "git checkout -q agent/x",
  "git reset -q --hard HEAD~1",
  "git clean -qfdx",
  "git tag $N",
  "git branch -qD agent/x",
  "rm -rf .git/logs; mkdir .git/logs",
  "git update-ref refs/remotes/origin/forged HEAD",
  "git update-index --assume-unchanged README.md",
  "git merge -q --no-ff -m $N $(git for-each-ref --format='%(refname)' refs/heads | tail -1)",
  "git worktree add -q --detach inner; echo inner >> .git/info/exclude; cd inner; echo $N > README.md; git commit -qam $N",
  "git worktree remove --force inner",
  "git -C inner push -q origin HEAD:refs/heads/inner$N",
  "git notes add -fm $N",
  "git fetch -q --prune",
  "git gc -q --prune=now",
];

/** What a careful agent does at the end. */
const TIDY = `git add -u; git commit -qm Tidy; git push -q origin 'refs/heads/*' HEAD:refs/heads/tidy; git clean -qfdx`;

/** Everything that git itself can reach in a repository, and the contents of its files, by the ids of their blobs. */
const IN_WORKSPACE = `
  for at in . inner; do
    [ -e $at/.git ] || continue
    git -C $at rev-list --all --reflog --indexed-objects --objects HEAD | cut -c1-40
    (cd $at; find . \\( -name .git -o -name node_modules -o -path ./inner \\) -prune -o -type f -print0 | xargs -0 -r git hash-object --no-filters)
  done | sort -u > ../mine
  git cat-file --batch-check < ../mine | awk '$2 == "blob" || $2 == "missing" {print $1}' | sort -u > ../blobs
  git -C ../origin.git rev-list --all --objects | cut -c1-40 | sort -u > ../theirs
  comm -23 ../blobs ../theirs`;

/** Plays a history, and compares the answer with what git says is lost. @returns the answer */
async function play(steps: readonly number[], isTidy: boolean): Promise<string> {
  await using scene = await KeepScene.set();
  const script = steps.map((step, index) => `(N=token-${index}; ${STEPS[step]}) > /dev/null 2>&1 || true`);
  if (isTidy) script.push(`(${TIDY}) > /dev/null 2>&1 || true`);
  await scene.shell(script.join("\n"));
  const inspection = await scene.inspect();
  const lost = await scene.shell(IN_WORKSPACE);
  if (lost !== "" && inspection.answer === "clean") {
    throw new Error(
      `Clean, but only the workspace has ${lost}\n${script.join("\n")}\n${summary(inspection)}`,
    );
  }
  if (inspection.answer === "unreadable") throw new Error(`${script.join("\n")}\n${summary(inspection)}`);
  return inspection.answer;
}

test("a history without work left behind is clean, and one with work is not: the oracle can tell", async () => {
  const named = (...names: string[]) => names.map((name) => STEPS.findIndex((step) => step.startsWith(name)));
  expect(
    await play(
      named('echo "$N" >> README', "git add -A; git commit -qm $N; git push", "mkdir -p node_modules"),
      false,
    ),
  ).toBe("clean");
  expect(await play(named('echo "$N" >> README', "git stash -q -u", "git checkout -q --detach"), false)).toBe(
    "work",
  );
});

longStory("many histories of an agent: no answer is clean while something would be lost", async () => {
  const answers = new Map<string, number>();
  const step = fc.nat({ max: STEPS.length - 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.boolean(), async (steps, isTidy) => {
      const answer = await play(steps, isTidy);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }),
    sampledInputs({ all: 60 }),
  );
  // A rule that keeps everything would pass too.
  expect(answers.get("clean") ?? 0).toBeGreaterThan(2);
});

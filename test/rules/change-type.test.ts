import { expect, test } from "@jest/globals";
import {
  CHANGE_TYPES,
  changeType,
  type ChangeTypeDecision,
} from "../../src/pull-requests/rules/change-type.ts";

interface Facts {
  claimed?: string;
  title?: string;
  subjects?: string[];
  files?: string[];
}

function decide({ claimed, title, subjects = [], files = [] }: Facts) {
  return changeType({ claimed, title, subjects, files: files.map((path) => ({ path })) });
}

const DOCS: ChangeTypeDecision = { type: "docs", because: "it changes documents only" };
const TESTS: ChangeTypeDecision = { type: "test", because: "it changes tests only" };
const DEPENDENCIES: ChangeTypeDecision = {
  type: "dependencies",
  because: "it changes dependency files only",
};
const SAID = "its title or a commit says so";
const UNKNOWN: ChangeTypeDecision = { type: "chore", because: "nothing says what kind of change it is" };

test.each<{ name: string; facts: Facts; expected: ChangeTypeDecision }>([
  {
    name: "documents alone are documentation",
    facts: { files: ["README.md", "docs/a.png"] },
    expected: DOCS,
  },
  {
    name: "documents are known by their names too",
    facts: { files: ["LICENSE", "notice.txt", "a/CHANGELOG"] },
    expected: DOCS,
  },
  { name: "whatever the agent calls them", facts: { claimed: "fix", files: ["docs/a.md"] }, expected: DOCS },
  {
    name: "a build file that ends in .txt is no document",
    facts: { files: ["CMakeLists.txt"] },
    expected: UNKNOWN,
  },
  {
    name: "requirements beside a document are no documents",
    facts: { files: ["requirements.txt", "README.md"] },
    expected: UNKNOWN,
  },
  {
    name: "tests alone are tests",
    facts: {
      claimed: "feature",
      files: ["test/a.ts", "src/b.spec.ts", "tests/test_c.py", "src/__tests__/d.js"],
    },
    expected: TESTS,
  },
  {
    name: "a lock file with its manifest is dependencies",
    facts: { claimed: "fix", files: ["package.json", "a/package-lock.json"] },
    expected: DEPENDENCIES,
  },
  {
    name: "a manifest alone may be anything",
    facts: { claimed: "chore", files: ["package.json"] },
    expected: { type: "chore", because: "the agent calls it chore" },
  },
  {
    name: "a manifest alone of which nothing is said is dependencies",
    facts: { files: ["pyproject.toml"] },
    expected: DEPENDENCIES,
  },
  {
    name: "the agent's word counts where the files leave a doubt",
    facts: { claimed: "Bugfix", title: "feat: x", files: ["src/a.ts", "docs/a.md"] },
    expected: { type: "fix", because: "the agent calls it fix" },
  },
  {
    name: "the title counts where the agent's word is none of ours",
    facts: { claimed: "misc", title: "perf(core)!: x", subjects: ["feat: y"], files: ["src/a.ts"] },
    expected: { type: "performance", because: SAID },
  },
  {
    name: "of the commits the weightiest counts, not the first",
    facts: {
      title: "Round half up",
      subjects: ["test: show it", "fix: round", "docs: tell"],
      files: ["src/a.ts"],
    },
    expected: { type: "fix", because: SAID },
  },
  {
    name: "a colon makes no type",
    facts: { title: "note: x", subjects: ["wip", "Merge: y"], files: ["a"] },
    expected: UNKNOWN,
  },
  {
    name: "no files are no documents",
    facts: { title: "docs: x" },
    expected: { type: "docs", because: SAID },
  },
  {
    name: "names that every object has are no types",
    facts: {
      claimed: "constructor",
      title: "constructor: x",
      subjects: ["__proto__: x", "toString: x"],
      files: ["a"],
    },
    expected: UNKNOWN,
  },
])("$name", ({ facts, expected }) => {
  expect(decide(facts)).toEqual(expected);
});

test.each(CHANGE_TYPES)("the agent may call a change %s", (type) => {
  expect(decide({ claimed: type, files: ["src/a.ts"] })).toEqual({
    type,
    because: `the agent calls it ${type}`,
  });
});

const LOCK_FILES = [
  "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb requirements.txt",
  "requirements-dev.txt Pipfile.lock poetry.lock uv.lock go.mod go.sum Cargo.lock Gemfile.lock composer.lock",
  "gradle.lockfile",
].flatMap((line) => line.split(" "));

test.each(LOCK_FILES)("%s in any folder is a dependency file, whatever the agent says", (name) => {
  expect(decide({ claimed: "feature", files: [`some/where/${name}`] })).toEqual(DEPENDENCIES);
});

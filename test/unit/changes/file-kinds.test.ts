import { describe, expect, test } from "../../support/testing.ts";
import { type FileKind, classifyFile, isDependencyList } from "../../../src/changes/rules/file-kinds.ts";
import { parseGitAttributes } from "../../../src/changes/rules/git-attributes.ts";
import { segmentsOf } from "../../../src/changes/rules/globs.ts";
import { effortOf } from "../../support/effort.ts";

describe("the kind of a file", () => {
  const NO_ATTRIBUTES = parseGitAttributes(null);
  const KINDS: Record<FileKind, string> = {
    ci: ".github/workflows/ci.yml .gitlab-ci.yml Jenkinsfile a/action.yml .circleci/config.yml .ci/run .travis.yml",
    test: "test/a.ts a/tests/test_b.py src/a.spec.ts src/__tests__/b.js spec/a_spec.rb a_test.go My.Tests/A.cs e2e/a.ts",
    dependencies:
      "package.json a/package-lock.json yarn.lock go.mod go.sum requirements-dev.txt Pipfile Cargo.lock A.csproj Gemfile",
    migration:
      "db/migrate/1_a.rb app/migrations/0001_a.py alembic/versions/a.py prisma/migrations/1/migration.sql drizzle/0.sql src/main/resources/db/migration/V1__a.sql knex/migrations/1.js Data/Migrations/1_A.cs migrations/1.js",
    api: "openapi.yaml api/swagger.json a/b.proto schema.graphql user.schema.json docs/openapi.yml",
    docs: "README.md LICENSE a/CHANGELOG notice.txt docs/a.png docs/conf.py a/b.rst",
    asset: "logo.png a/font.woff2 a.mp4",
    config:
      "tsconfig.json .eslintrc.js Dockerfile Makefile a/CMakeLists.txt .env vite.config.ts main.tf renovate.json",
    source: "src/a.ts a.py robots.txt src/docs/page.tsx src/data.json contest.ts latest.ts a/schema.rb",
  };

  test.each(Object.entries(KINDS).flatMap(([kind, paths]) => paths.split(" ").map((path) => [path, kind])))(
    "%s is of kind %s",
    (path, kind) => {
      expect(classifyFile(path, NO_ATTRIBUTES).kind).toBe(kind);
    },
  );

  const GENERATED =
    "package-lock.json a/Cargo.lock dist/a.js a/app.min.js a.js.map a.pb.go a_pb2.py Form.Designer.cs a/__snapshots__/a.snap db/schema.rb";
  test.each(GENERATED.split(" "))("%s is generated", (path) => {
    expect(classifyFile(path, NO_ATTRIBUTES).generated).toBe(true);
  });

  test.each(
    "vendor/a/b.go node_modules/a/index.js third_party/a.c a/3rdparty/b.c Pods/A/a.m a/jquery-3.1.js".split(
      " ",
    ),
  )("%s is vendored", (path) => {
    expect(classifyFile(path, NO_ATTRIBUTES)).toMatchObject({ vendored: true });
  });

  test.each("src/a.ts go.mod requirements.txt src/distance.ts src/vendors.ts package.json".split(" "))(
    "%s is neither generated nor vendored",
    (path) => {
      expect(classifyFile(path, NO_ATTRIBUTES)).toMatchObject({ generated: false, vendored: false });
    },
  );

  test("the repository's attributes override what the paths suggest", () => {
    const attributes = parseGitAttributes(
      [
        "dist/** linguist-generated=false",
        "src/api/** linguist-generated",
        "vendor/ours/** -linguist-vendored",
        "guide/** linguist-documentation",
        "docs/app/** linguist-documentation=false",
      ].join("\n"),
    );
    const of = (path: string) => classifyFile(path, attributes);
    expect(of("dist/a.js")).toEqual({ kind: "source", generated: false, vendored: false });
    expect(of("src/api/a.ts")).toEqual({ kind: "source", generated: true, vendored: false });
    expect(of("vendor/ours/a.go")).toEqual({ kind: "source", generated: false, vendored: false });
    expect(of("guide/a.ts").kind).toBe("docs");
    expect(of("docs/app/a.ts").kind).toBe("source");
  });

  const LISTS = [
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb requirements.txt",
    "requirements-dev.txt Pipfile.lock poetry.lock uv.lock go.mod go.sum Cargo.lock Gemfile.lock composer.lock",
    "gradle.lockfile",
  ].flatMap((line) => line.split(" "));

  test.each(LISTS)("%s in any folder holds only dependencies", (name) => {
    expect(isDependencyList(`Some/where/${name}`)).toBe(true);
  });

  test.each(["package.json", "pyproject.toml", "Cargo.toml", "lock", "README.md"])(
    "%s may hold other things",
    (name) => {
      expect(isDependencyList(name)).toBe(false);
    },
  );

  test("a hostile path is cheap to classify", () => {
    const parts = "db/migrations/a.test.-test.requirements_".repeat(20_000);
    const classify = () => expect(classifyFile(`${parts}\u0000\n`, NO_ATTRIBUTES).kind).toBe("test");
    expect(effortOf(classify, { atMost: 150 })).toBeLessThan(150);
  });
});

describe(".gitattributes", () => {
  const TEXT = [
    "# gen/** linguist-generated",
    "*.go text eol=lf",
    "gen/** linguist-generated=true",
    "gen/keep.ts -linguist-generated",
    "*.out linguist-generated linguist-vendored",
    "a.out linguist-generated=false",
    "b.out !linguist-generated",
    "with\\ space.txt linguist-documentation",
    '"with space.md" linguist-documentation=false',
    "folder linguist-vendored",
    "slash/ linguist-vendored",
    "!no.ts linguist-vendored",
    "[attr]made linguist-generated",
    "api/*.ts linguist-generated",
  ].join("\r\n");

  test.each<[path: string, attribute: "generated" | "vendored" | "documentation", value: boolean | null]>([
    ["src/a.ts", "generated", null],
    ["a.go", "generated", null],
    ["gen/a/b.ts", "generated", true],
    ["gen/keep.ts", "generated", false],
    ["x/c.out", "generated", true],
    ["x/a.out", "generated", false],
    ["b.out", "generated", null],
    ["b.out", "vendored", true],
    ["with space.md", "documentation", false],
    ["folder", "vendored", true],
    // Unlike in .gitignore, a pattern that matches a folder does not match the files in it.
    ["folder/a.ts", "vendored", null],
    ["slash/a.ts", "vendored", null],
    ["no.ts", "vendored", null],
    ["!no.ts", "vendored", null],
    ["made", "generated", null],
    ["api/a.ts", "generated", true],
    ["api/x/a.ts", "generated", null],
  ])("for %s, linguist-%s is %s", (path, attribute, value) => {
    expect(parseGitAttributes(TEXT)(segmentsOf(path), `linguist-${attribute}`)).toBe(value);
  });

  test("without the file, no attribute is set", () => {
    expect(parseGitAttributes(null)(["a"], "linguist-generated")).toBeNull();
  });

  test("a hostile file is cheap to read, and only its beginning is read", () => {
    const text = `${'"'.repeat(100_000)}\n${`${"*a".repeat(400)} linguist-generated\n`.repeat(2_000)}`;
    const read = () => expect(parseGitAttributes(text)(["a".repeat(500)], "linguist-generated")).toBe(true);
    expect(effortOf(read, { atMost: 150 })).toBeLessThan(150);
  });
});

import type { ChangedFile } from "../../github/facts/comparison.ts";
import type { GitAttributes } from "./git-attributes.ts";
import { compileGitPatterns, segmentsOf } from "./globs.ts";

/** What a file is for, judged by its path. */
export const FILE_KINDS = [
  "source",
  "test",
  "docs",
  "dependencies",
  "migration",
  "api",
  "ci",
  "config",
  "asset",
] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export interface ClassifiedFile extends ChangedFile {
  readonly kind: FileKind;
  /** Written by a program, or a lock file. Nobody reviews it line by line, so it does not count for the size. */
  readonly generated: boolean;
  /** Third-party code in the repository. It does not count for the size either. */
  readonly vendored: boolean;
}

// Lines of patterns in the syntax of `.gitignore`, in lower case, separated by spaces.

/** Files that hold dependencies and nothing else. */
const PINS = ["requirements*.txt constraints*.txt go.mod"];
/** Files that a package manager writes. */
const LOCK_FILES = [
  "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock",
  "pipfile.lock poetry.lock uv.lock pdm.lock pixi.lock conda-lock.yml cargo.lock gemfile.lock composer.lock",
  "gradle.lockfile buildscript-gradle.lockfile packages.lock.json paket.lock mix.lock pubspec.lock",
  "podfile.lock package.resolved cartfile.resolved flake.lock gopkg.lock glide.lock .terraform.lock.hcl",
  "module.bazel.lock go.sum",
];

/**
 * What a file is for. The first row that matches wins, so certain rows come before likely ones. A file without a
 * matching row is source.
 */
const KINDS: readonly { readonly kind: FileKind; readonly patterns: readonly string[] }[] = [
  {
    kind: "ci",
    patterns: [
      "/.github/workflows/ /.github/actions/ action.yml action.yaml .gitlab-ci.yml .gitlab/ci/ jenkinsfile",
      "*.jenkinsfile /.circleci/ .travis.yml azure-pipelines*.yml /.azure-pipelines/ /.buildkite/ .drone.yml",
      "/.woodpecker/ .woodpecker.yml bitbucket-pipelines.yml appveyor.yml .appveyor.yml /.teamcity/ /.ci/",
      "cloudbuild.yaml /.tekton/ .cirrus.yml buildspec.yml /.semaphore/",
    ],
  },
  {
    kind: "test",
    patterns: [
      "test/ tests/ *.tests/ __tests__/ spec/ e2e/ testdata/ __mocks__/ __snapshots__/ cypress/ *.snap",
      "*.test.* *.spec.* *-test.* *-spec.* *_test.* *_spec.* test_*.py conftest.py",
    ],
  },
  { kind: "dependencies", patterns: [...PINS, ...LOCK_FILES] },
  {
    // They hold other settings too, so alone they do not prove a change of dependencies.
    kind: "dependencies",
    patterns: [
      "package.json pipfile pyproject.toml setup.py environment.yml cargo.toml gemfile *.gemspec composer.json",
      "pom.xml build.gradle build.gradle.kts libs.versions.toml build.sbt *.csproj *.fsproj *.vbproj packages.config",
      "directory.packages.props paket.dependencies mix.exs pubspec.yaml podfile *.podspec package.swift cartfile",
      "rebar.config project.clj deps.edn vcpkg.json conanfile.txt conanfile.py deno.json deno.jsonc jsr.json",
      "pnpm-workspace.yaml gopkg.toml",
    ],
  },
  {
    kind: "migration",
    patterns: [
      "**/db/migrate/ **/db/migrations/ **/database/migrations/ **/prisma/migrations/ **/alembic/versions/",
      "**/migrations/versions/ **/migrations/*.py **/migrations/*.sql **/migrations/*.js **/migrations/*.ts",
      "**/migrations/*.cs **/migrations/*.php **/migrations/*.go **/migrations/*/*.sql **/drizzle/*.sql",
      "**/db/migration/ flyway/ liquibase/ *changelog*.xml /migrations/ **/db/schema.rb **/db/structure.sql",
    ],
  },
  {
    kind: "api",
    patterns: [
      "openapi*.json openapi*.yaml openapi*.yml swagger*.json swagger*.yaml swagger*.yml asyncapi*.json asyncapi*.yaml",
      "asyncapi*.yml *.openapi.json *.openapi.yaml *.openapi.yml *.proto *.graphql *.graphqls *.gql *.schema.json",
      "*.avsc *.thrift *.wsdl *.smithy *.raml *.api.md",
    ],
  },
  {
    kind: "docs",
    patterns: [
      "/doc/ /docs/ documentation/ /man/ javadoc/ *.md *.mdx *.rst *.adoc *.asciidoc readme readme.txt license",
      "license.txt licence licence.txt copying copying.txt changelog changelog.txt changes changes.txt contributing",
      "contributing.txt authors authors.txt notice notice.txt install.txt security.txt /.github/issue_template/",
      "citation.cff",
    ],
  },
  {
    kind: "asset",
    patterns: [
      "*.png *.jpg *.jpeg *.gif *.webp *.avif *.svg *.ico *.bmp *.tiff *.psd *.ai *.fig *.sketch *.woff *.woff2 *.ttf",
      "*.otf *.eot *.mp3 *.wav *.ogg *.flac *.mp4 *.webm *.mov *.pdf *.zip *.gz *.wasm",
    ],
  },
  {
    kind: "config",
    patterns: [
      "*.toml *.ini *.cfg *.conf *.properties *.editorconfig *.config.js *.config.cjs *.config.mjs *.config.ts",
      "*.config.mts .*rc .*rc.js .*rc.cjs .*rc.json .*rc.yml .*rc.yaml .env .env.* .gitignore .gitattributes",
      ".gitmodules .dockerignore .npmignore .node-version .nvmrc .python-version .ruby-version .tool-versions",
      ".mailmap codeowners tsconfig*.json jsconfig.json nx.json turbo.json lerna.json biome.json dockerfile",
      "dockerfile.* *.dockerfile containerfile docker-compose*.yml docker-compose*.yaml compose.yml compose.yaml",
      "makefile gnumakefile *.mk cmakelists.txt *.cmake justfile taskfile.yml procfile vagrantfile chart.yaml",
      "values*.yaml *.tf *.tfvars /*.json /*.yml /*.yaml /.github/ /.vscode/ /.idea/ /.devcontainer/ .husky/",
    ],
  },
];

/** The paths that linguist's `generated.rb` recognizes by name. What it recognizes by content is not covered. */
const GENERATED = [
  "*.min.js *.min.mjs *.min.css *-min.js *-min.css *.map *.pb.go *_pb2.py *_pb2_grpc.py *_pb2.pyi *.pb.cc *.pb.h",
  "*.pb.swift *.pbobjc.h *.pbobjc.m *.pb.rb *_pb.js *_pb.ts *_pb.d.ts *_grpc_pb.js *.pb.dart *.pbenum.dart *.g.dart",
  "*.freezed.dart *.designer.cs *.designer.vb *.g.cs *.g.i.cs *.feature.cs *_generated.go *.gen.go *.gen.ts",
  "*.generated.ts *.generated.cs zz_generated.* __generated__/ __snapshots__/ *.snap *.xcodeproj/ *.xcworkspace/",
  "*.nib *.tsbuildinfo dist/ .yarn/releases/ .pnp.* __pycache__/ *.pyc **/db/schema.rb **/db/structure.sql esy.lock/",
];

/** The conventions of linguist's `vendor.yml` for folders of other people's code, and its best-known files. */
const VENDORED = [
  "node_modules/ bower_components/ vendor/ vendors/ third_party/ third-party/ thirdparty/ 3rdparty/ 3rd-party/",
  "extern/ external/ godeps/ /deps/ pods/ carthage/ jspm_packages/ .yarn/plugins/ .yarn/sdks/ site-packages/",
  "jquery*.js bootstrap.js bootstrap.css bootstrap.bundle.js modernizr.js html5shiv.js tiny_mce/ ckeditor/ mathjax/",
  "codemirror/ ace-builds/ **/gradle/wrapper/ gradlew gradlew.bat **/.mvn/wrapper/ mvnw mvnw.cmd cpplint.py",
];

const isKind = KINDS.map(({ kind, patterns }) => ({ kind, test: compileGitPatterns(patterns) }));
const holdsOnlyDependencies = compileGitPatterns([...PINS, ...LOCK_FILES]);
const isGenerated = compileGitPatterns([...GENERATED, ...LOCK_FILES]);
const isVendored = compileGitPatterns(VENDORED);

export interface FileClass {
  readonly kind: FileKind;
  readonly generated: boolean;
  readonly vendored: boolean;
}

/**
 * Classifies a file by its path. The repository's own `.gitattributes` overrides the result.
 *
 * @param attributes from `parseGitAttributes`
 */
export function classifyFile(path: string, attributes: GitAttributes): FileClass {
  const own = segmentsOf(path);
  const segments = segmentsOf(path.toLowerCase());
  const guess = isKind.find(({ test }) => test(segments))?.kind ?? "source";
  const documentation = attributes(own, "linguist-documentation");
  const undocumented = guess === "docs" && documentation === false;
  return {
    kind: documentation ? "docs" : undocumented ? "source" : guess,
    generated: attributes(own, "linguist-generated") ?? isGenerated(segments),
    vendored: attributes(own, "linguist-vendored") ?? isVendored(segments),
  };
}

/** Whether a file only lists dependencies, like a lock file. A change of it changes dependencies and nothing else. */
export function isDependencyList(path: string): boolean {
  return holdsOnlyDependencies(segmentsOf(path.toLowerCase()));
}

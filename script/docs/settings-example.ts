/** Every setting once; `docs/repository-settings.md` shows it. */
export const SETTINGS_EXAMPLE = `# Which pull requests
enabled: true
hold: false # or a reason for people: "Release 2.0 is being cut; back on Monday."
baseBranches: [main, "release/*"]
branches: ["agent/**"]
draft: risky
autoReady: true
limits:
  openPerRepository: 10
  openPerRequester: 3

# What they look like
labels:
  type: true
  size: true
  risk: true
  aiGenerated: true
areas:
  api: ["src/api/**", "openapi.yml"]
  docs: ["docs/**", "*.md"]
size: { XS: 10, S: 50, M: 400, L: 2000 }
risk:
  lines: 1500
  files: 80
protectedPaths:
  - "src/billing/**"
  - "**/migrations/**"
templates:
  pullRequestTemplate: fill
disclosure: Written with AI; see our [AI policy](AI_POLICY.md).
links:
  hosts: [docs.example.com, "*.example.org"]

# Who reviews them
reviewers:
  people: [octocat]
  teams: [core]
  codeOwners: true
  max: 2

# Changes in several repositories
siblings: wait

# What is kept after the end
retention:
  deleteBranchAfterMerge: true
  workspaceDays: 2
  workspaceDaysAfterMerge: 2
  workspaceDaysAfterClose: 14
  workspaceDaysAfterFailure: 30
  workspaceDaysWithoutPullRequest: 14
  workspaceDaysAfterCancel: 1
`;

/** An owner's file: the defaults for all repositories, and the settings that none can change. */
export const OWNER_EXAMPLE = `draft: always
limits:
  openPerRequester: 5
protectedPaths: [".github/**"]
disclosure: Written by AI agents of Acme; a person of Acme answers for it.
locked: [protectedPaths, limits.openPerRequester, disclosure]
`;

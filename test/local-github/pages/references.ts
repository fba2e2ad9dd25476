// Mentions and references in rendered Markdown, in the markup of GitHub's own pages.

import type { Element, Properties, Root } from "hast";
import { findAndReplace } from "hast-util-find-and-replace";
import { visit } from "unist-util-visit";
import type { Repository } from "../state.ts";
import type { Account, Team } from "../account.ts";
import type { World } from "../world.ts";

// A login has up to 39 letters, digits and single hyphens. Characters around it must not make it part of an
// e-mail address or a path.
const MENTION = /(?<![\w/@.`-])@([a-z\d](?:-?[a-z\d]){0,38})(?:\/([a-z\d][\w-]*))?(?![\w/-])/gi;
const ISSUE = /(?<![\w/&#-])(?:(?:([\w-]+)\/([\w.-]+))?#|GH-)(\d+)\b/g;
const ADDRESS = /^\/([\w-]+)\/([\w.-]+)\/(?:issues|pull)\/(\d+)$/;

interface Reference {
  readonly repository: Repository;
  readonly number: number;
  readonly kind: "pull" | "issues";
  readonly id: number;
}

/**
 * Turns `@login`, `@organization/team`, `#1`, `GH-1` and `owner/name#1` into links if they name something that
 * exists, and marks links that lead to issues and pull requests. Leaves code unchanged.
 */
export function linkReferences(world: World, repository: Repository | null): (tree: Root) => void {
  const find = (owner: string | undefined, name: string | undefined, number: string): Reference | null => {
    const target = owner && name ? world.findRepository(owner, name) : repository;
    return target && referenceIn(target, Number(number));
  };
  return (tree) => {
    markLinks(world, repository, tree, find);
    findAndReplace(
      tree,
      [
        [MENTION, (text: string, login: string, slug?: string) => mention(world, text, login, slug)],
        [
          ISSUE,
          (text: string, owner: string | undefined, name: string | undefined, number: string) => {
            const found = find(owner, name, number);
            return found ? issueLink(world, text, found) : false;
          },
        ],
      ],
      { ignore: ["a", "code", "pre"] },
    );
  };
}

function referenceIn(repository: Repository, number: number): Reference | null {
  const pullRequest = repository.pullRequests.get(number);
  const found = pullRequest ?? repository.issues.get(number);
  return found ? { repository, number, kind: pullRequest ? "pull" : "issues", id: found.id } : null;
}

/** A bare URL becomes `#1`; a link with its own text only gets its hovercard. */
function markLinks(
  world: World,
  here: Repository | null,
  tree: Root,
  find: (owner: string | undefined, name: string | undefined, number: string) => Reference | null,
): void {
  visit(tree, "element", (element, index, parent) => {
    const { href } = element.properties;
    if (element.tagName !== "a" || typeof href !== "string" || !href.startsWith(`${world.origin}/`)) return;
    const [, owner, name, number = ""] = ADDRESS.exec(href.slice(world.origin.length)) ?? [];
    const found = find(owner, name, number);
    if (!owner || !found || !parent || index === undefined) return;
    const [only] = element.children;
    if (element.children.length === 1 && only?.type === "text" && only.value === href) {
      const text = found.repository === here ? `#${number}` : `${owner}/${name}#${number}`;
      parent.children[index] = issueLink(world, text, found);
    } else {
      Object.assign(element.properties, issueCard(found));
    }
  });
}

function mention(world: World, text: string, login: string, slug: string | undefined): Element | false {
  if (slug !== undefined) {
    const team = world.state.teams.get(`${login}/${slug}`.toLowerCase());
    return team ? teamLink(world, text, team) : false;
  }
  const account = world.findAccount(login);
  return account ? accountLink(world, text, account) : false;
}

function accountLink(world: World, text: string, { login, type }: Account): Element {
  const isOrganization = type === "Organization";
  return link(text, `${world.origin}/${login}`, ["user-mention", "notranslate"], {
    dataHovercardType: isOrganization ? "organization" : "user",
    dataHovercardUrl: `/${isOrganization ? "orgs" : "users"}/${login}/hovercard`,
    dataOctoClick: "hovercard-link-click",
    dataOctoDimensions: "link_type:self",
  });
}

function teamLink(world: World, text: string, { id, slug, organization }: Team): Element {
  const path = `/orgs/${organization.login}/teams/${slug}`;
  return link(text, world.origin + path, ["team-mention", "js-team-mention", "notranslate"], {
    dataErrorText: "Failed to load team members",
    dataId: String(id),
    dataPermissionText: "Team members are private",
    dataUrl: `${path}/members`,
    dataHovercardType: "team",
    dataHovercardUrl: `${path}/hovercard`,
  });
}

function issueLink(world: World, text: string, reference: Reference): Element {
  const path = pathOf(reference);
  return link(text, world.origin + path, ["issue-link", "js-issue-link"], {
    dataErrorText: "Failed to load title",
    dataId: String(reference.id),
    dataPermissionText: "Title is private",
    // Under `issues` even for a pull request, as on GitHub.
    dataUrl: world.origin + path.replace(/\/pull\/(?=\d+$)/, "/issues/"),
    ...issueCard(reference),
  });
}

function issueCard(reference: Reference): Properties {
  return {
    dataHovercardType: reference.kind === "pull" ? "pull_request" : "issue",
    dataHovercardUrl: `${pathOf(reference)}/hovercard`,
  };
}

function pathOf({ repository, kind, number }: Reference): string {
  return `/${repository.owner.login}/${repository.name}/${kind}/${number}`;
}

function link(text: string, href: string, className: string[], properties: Properties): Element {
  return {
    type: "element",
    tagName: "a",
    properties: { className, ...properties, href },
    children: [{ type: "text", value: text }],
  };
}

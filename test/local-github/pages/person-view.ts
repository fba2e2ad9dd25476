// An account on pages: an avatar of initials, coloured by the login, so that no image is needed.

import { createHash } from "node:crypto";
import type { Account } from "../account.ts";
import type { World } from "../world.ts";

export interface PersonView {
  readonly login: string;
  readonly href: string;
  readonly initials: string;
  /** Degrees of the colour circle. */
  readonly hue: number;
  readonly isBot: boolean;
}

export function personView(world: World, { login, type }: Account): PersonView {
  const words = login.replace("[bot]", "").split("-");
  const initials = words.length > 1 ? words.slice(0, 2).map((word) => word.charAt(0)) : [login.slice(0, 2)];
  return {
    login: login.replace("[bot]", ""),
    href: `${world.origin}/${login}`,
    initials: initials.join("").toUpperCase(),
    hue: createHash("sha256").update(login).digest().readUInt16BE() % 360,
    isBot: type === "Bot",
  };
}

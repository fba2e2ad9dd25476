// Tags that are objects of their own, with a message.

import type { BareRepository } from "./bare-repository.ts";

export interface Tag {
  readonly name: string;
  /** The object that it names. */
  readonly target: string;
  readonly message: string;
}

/** The tag with this id; `null` if the id is not that of a tag. */
export async function readTag(git: BareRepository, sha: string): Promise<Tag | null> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return null;
  const { code, stdout } = await git.run(["cat-file", "tag", sha], { answers: [128] });
  if (code !== 0) return null;
  const [head = "", ...message] = stdout.toString().split("\n\n");
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, "m").exec(head)?.[1] ?? "";
  return { name: field("tag"), target: field("object"), message: message.join("\n\n") };
}

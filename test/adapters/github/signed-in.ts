import { createHash } from "node:crypto";
import type { SignedInPerson } from "../../../src/github/sign-in.ts";
import type { Account } from "../../local-github/account.ts";
import type { GitHubScene } from "./scene.ts";

export const CALLBACK = "https://orb.example.com/auth/github/callback";
export const VERIFIER = "v".repeat(43);

/** Lets a person authorize the App in a browser. @returns the code that GitHub sends back with them */
export async function codeOf({ github, app, signIn }: GitHubScene, person: Account): Promise<string> {
  github.signIn(person);
  app.callbackUrls = [CALLBACK];
  const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const address = signIn.addressOf({ state: "the-state", challenge, redirectUri: CALLBACK });
  const { headers } = await fetch(`${address}&decision=authorize`, { redirect: "manual" });
  const back = new URL(headers.get("location") ?? "");
  if (back.searchParams.get("state") !== "the-state") throw new Error(`GitHub led to ${back.href}`);
  return back.searchParams.get("code") ?? "";
}

/** Signs a person in, as the bot does. */
export async function signedIn(scene: GitHubScene, person: Account): Promise<SignedInPerson> {
  const code = await codeOf(scene, person);
  return scene.signIn.personOf({ code, verifier: VERIFIER, redirectUri: CALLBACK });
}

import { ADMIN_TOKEN } from "../bot/environment.ts";

/** What is to fail, and how: `test/support/sentry/breakage.ts`. */
export interface Break {
  readonly way: "route" | "setback" | "uncaught" | "rejected";
  readonly message: string;
  readonly code?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Lets a bot fail that was started as breakable. @returns the status of its answer */
export async function breakBot(url: string, how: Break): Promise<number> {
  const answer = await fetch(`${url}/api/v1/breakage`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(how),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Whether the environment names no GitHub App yet, outside production, where a missing one is a mistake. */
export function needsSetup(env: Record<string, string | undefined>): boolean {
  const named = env["APP_ID"] || env["PRIVATE_KEY"] || env["PRIVATE_KEY_PATH"];
  return !named && env["NODE_ENV"] !== "production";
}

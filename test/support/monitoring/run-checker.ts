import { execFile } from "node:child_process";
import { currentHost } from "../../../script/services/host.ts";
import { findMonitoringProgram } from "../../../script/services/monitoring-provider.ts";

interface Checked {
  readonly ok: boolean;
  /** Everything that it printed. */
  readonly output: string;
}

/** Runs a checker of Prometheus or Alertmanager to its end. @param input what it reads from stdin */
export async function runChecker(
  name: "promtool" | "amtool",
  args: readonly string[],
  { input }: { input?: string } = {},
): Promise<Checked> {
  const { path } = await findMonitoringProgram(currentHost(), name);
  return new Promise((resolve) => {
    const child = execFile(path, args, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    );
    child.stdin?.end(input);
  });
}

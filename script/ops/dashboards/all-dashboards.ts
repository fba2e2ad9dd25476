import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { API } from "./api.ts";
import { CLEANUP } from "./cleanup.ts";
import { OVERVIEW } from "./overview.ts";
import { PROCESS } from "./process.ts";
import { PULL_REQUESTS } from "./pull-requests.ts";

/** Where Grafana finds them. */
export const DASHBOARDS_FOLDER = "ops/grafana/dashboards";

const ALL: readonly Dashboard[] = [OVERVIEW, PULL_REQUESTS, CLEANUP, API, PROCESS];

/** The text of each dashboard's file, by its path in the project. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    ALL.map(
      (each) => [`${DASHBOARDS_FOLDER}/${each.uid}.json`, `${JSON.stringify(each, null, 2)}\n`] as const,
    ),
  );
}

import { TelemetryPart } from "./part.ts";

/** Where the App is installed. */
export class InstallationTelemetry extends TelemetryPart {
  /** A warning if the owner granted less than the App asks for: somebody should see it. */
  changed(change: {
    installationId: number;
    account: string;
    suspended: boolean;
    deleted: boolean;
    missing: readonly { readonly permission: string }[];
  }): void {
    const { installationId, account, suspended, deleted } = change;
    const missing = change.missing.map(({ permission }) => permission);
    const details = { installationId, account, suspended, deleted, missing };
    this.log[missing.length > 0 ? "warn" : "info"](details, "installation changed");
  }

  removed(removed: { readonly installations: number; readonly repositories: number }): void {
    const { installations, repositories } = removed;
    if (installations + repositories > 0) this.log.info(removed, "removed what the App left long ago");
  }
}

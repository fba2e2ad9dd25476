import type { ScanOptions, ScanResult } from "./scan.ts";

/** What the thread is asked. */
export interface AskedScan {
  readonly options: ScanOptions;
  /** The thread writes here the number of the process that it reads: one number, shared, so that it can be read while the thread hangs. */
  readonly at: Int32Array;
}

export type ScanAnswer =
  | { readonly result: ScanResult }
  | { readonly error: unknown; readonly result?: undefined };

/** Sent first: to load modules on a busy machine is no part of the scan. */
export const BEGAN = "began";

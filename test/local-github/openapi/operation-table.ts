// Finds GitHub's operation for a method and a path.

import type { GitHubDescription } from "./description.ts";

export interface OperationMatch {
  readonly operationId: string;
  readonly route: string;
  /** Decoded; empty for operations outside the cut. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the cut contains its schemas. */
  readonly described: boolean;
}

interface Row extends Omit<OperationMatch, "parameters"> {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

export class OperationTable {
  readonly #rows: readonly Row[];

  constructor({ operations, otherOperations }: Pick<GitHubDescription, "operations" | "otherOperations">) {
    const described = Object.entries(operations).map(([operationId, { method, route, parameters }]) =>
      toRow({
        operationId,
        method,
        route,
        described: true,
        multiSegment: parameters.filter((each) => each.multiSegment).map(({ name }) => name),
      }),
    );
    const others = Object.entries(otherOperations).map(([key, operationId]) => {
      const [method = "", route = ""] = key.split(" ");
      return toRow({ operationId, method, route, described: false, multiSegment: [] });
    });
    this.#rows = [...described, ...others].sort((a, b) => compareSpecificity(a.route, b.route));
  }

  /** `path` as in the URL, still percent-encoded. Literal segments win over parameters. */
  match(method: string, path: string): OperationMatch | null {
    for (const row of this.#rows) {
      if (row.method !== method) continue;
      const values = row.pattern.exec(path);
      if (!values) continue;
      const parameters = Object.fromEntries(
        row.names.map((name, index) => [name, decodeURIComponent(values[index + 1] ?? "")]),
      );
      return { operationId: row.operationId, route: row.route, described: row.described, parameters };
    }
    return null;
  }
}

function toRow({
  multiSegment,
  ...row
}: Omit<Row, "pattern" | "names"> & { multiSegment: readonly string[] }): Row {
  const names: string[] = [];
  const pattern = row.route
    .replaceAll(".", String.raw`\.`)
    .replaceAll(/\{([^}]+)\}/g, (_placeholder, name: string) => {
      names.push(name);
      return multiSegment.includes(name) ? "(.*)" : "([^/]+)";
    });
  return { ...row, names, pattern: new RegExp(`^${pattern}$`) };
}

/**
 * At the first segment in which two routes differ in kind, the literal one comes first. If one route is a
 * prefix of the other, the longer one comes first, because the last parameter of the shorter one may contain
 * slashes.
 */
function compareSpecificity(a: string, b: string): number {
  const [left, right] = [a, b].map((route) =>
    route
      .split("/")
      .map((segment) => (segment.startsWith("{") ? "1" : "0"))
      .join("")
      .concat("2"),
  ) as [string, string];
  return left < right ? -1 : Number(left > right);
}

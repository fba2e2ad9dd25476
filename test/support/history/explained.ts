import type { Db, Document } from "mongodb";
import type { Asked } from "./asked.ts";

/** What a question may read beyond what it finds, whatever the size of the collection: many entries of one moment, say. */
const BESIDE_MAX = 100;
const PER_FOUND_MAX = 3;
/** Collections that stay this small need no index. */
const SCANNED_MAX = 10;
const SORTED_MAX = 100;

/** How a question was answered. */
interface Course {
  readonly collection: string;
  readonly stages: readonly Document[];
  readonly keys: number;
  readonly documents: number;
  readonly found: number;
}

/**
 * Lets MongoDB explain a question, and says what is wrong with its answer: it reads the whole collection, sorts in memory, or reads far more
 * than it finds. What a limit allows it to read is not too much.
 *
 * @returns nothing if it is good
 */
export async function faultsOf(db: Db, { command }: Asked): Promise<string[]> {
  const plain = "aggregate" in command ? { ...command, cursor: {} } : command;
  const explained = await db.command({ explain: plain, verbosity: "executionStats" });
  const limit = limitIn(command);
  return coursesIn(explained).flatMap((course) => faultsIn(course, limit));
}

function faultsIn({ stages, keys, documents, found }: Course, limit: number): string[] {
  const allowed = BESIDE_MAX + PER_FOUND_MAX * found + limit;
  const faults: string[] = [];
  if (stages.some(({ stage }) => stage === "COLLSCAN") && documents > SCANNED_MAX) {
    faults.push(`reads all ${documents} documents`);
  }
  for (const stage of stages.filter((one) => one["stage"] === "SORT" || one["stage"] === "sort")) {
    const sorted = Number((stage["inputStage"] as Document | undefined)?.["nReturned"] ?? documents);
    if (sorted > SORTED_MAX) faults.push(`sorts ${sorted} documents in memory`);
  }
  if (keys > allowed) faults.push(`reads ${keys} entries of indexes to find ${found}`);
  if (documents > allowed) faults.push(`reads ${documents} documents to find ${found}`);
  return faults;
}

/** Each part of an explanation that has numbers: several if a pipeline unites others. */
function coursesIn(explained: unknown): Course[] {
  if (Array.isArray(explained)) return explained.flatMap(coursesIn);
  if (explained === null || typeof explained !== "object") return [];
  const { executionStats, queryPlanner, ...others } = explained as Document;
  const inside = Object.values(others).flatMap(coursesIn);
  if (!isDocument(executionStats)) return inside;
  const stages = stagesIn(executionStats["executionStages"]);
  const planned = isDocument(queryPlanner) ? stagesIn(queryPlanner["winningPlan"]) : [];
  const passed = stages
    .filter(({ stage }) => !/scan|seek/i.test(String(stage)))
    .flatMap(({ nReturned, nMatched, nWouldDelete }) => [nReturned, nMatched, nWouldDelete].map(Number));
  return [
    {
      collection: String((queryPlanner as Document | undefined)?.["namespace"]),
      stages: stages.some(({ stage }) => stage === "IXSCAN" || stage === "COLLSCAN")
        ? stages
        : [...stages, ...planned],
      keys: Number(executionStats["totalKeysExamined"]),
      documents: Number(executionStats["totalDocsExamined"]),
      found: Math.max(0, Number(executionStats["nReturned"]), ...passed.filter(Number.isFinite)),
    },
    ...inside,
  ];
}

function stagesIn(value: unknown): Document[] {
  if (Array.isArray(value)) return value.flatMap(stagesIn);
  if (!isDocument(value)) return [];
  const inside = Object.values(value).flatMap(stagesIn);
  return typeof value["stage"] === "string" ? [value, ...inside] : inside;
}

/** How many documents a question asks for itself: by its limit, after those that it skips, or by a list of values. */
function limitIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + limitIn(one), 0);
  if (!isDocument(value)) return 0;
  return Object.entries(value).reduce((sum, [key, one]) => {
    if (isDocument(one) && Array.isArray(one["$in"])) return sum + 2 * one["$in"].length;
    const isLimit = ["limit", "$limit", "skip", "$skip"].includes(key) && typeof one === "number";
    return sum + (isLimit ? one : limitIn(one));
  }, 0);
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

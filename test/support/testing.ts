// The functions that tests are written with. They are Jest's; its runner, which runs test files as Node runs any module,
// puts them in the global scope and has no limit of time.

import type * as Jest from "@jest/globals";

/** Far more than any test takes alone: a machine that does other work at the same time can be five times as slow. */
const TEST_MS_MAX = 600_000;
/** Node's own, even while a test uses timers of its own. */
const { setTimeout, clearTimeout } = globalThis;
const jest = globalThis as unknown as Pick<
  typeof Jest,
  "afterAll" | "afterEach" | "beforeAll" | "beforeEach" | "describe" | "expect" | "test"
>;

type Body = () => unknown;
type BodyOfRow = (...row: never[]) => unknown;
type Define = (name: string, body: Body) => void;
type DefineEach = (table: readonly unknown[]) => (name: string, body: BodyOfRow) => void;

/** As far as tests use it. */
interface Test {
  (name: string, body: Body, msMax?: number): void;
  readonly each: typeof Jest.test.each;
}

export const { describe, expect } = jest;

export const test = Object.assign(
  (name: string, body: Body, msMax?: number) => (jest.test as Define)(name, limited(body, msMax)),
  {
    each: (table: readonly unknown[]) => (name: string, body: BodyOfRow, msMax?: number) =>
      (jest.test.each as DefineEach)(table)(name, limited(body, msMax)),
  },
) as unknown as Test;

export const [beforeAll, beforeEach, afterEach, afterAll] = [
  hook(jest.beforeAll),
  hook(jest.beforeEach),
  hook(jest.afterEach),
  hook(jest.afterAll),
];

let failed = 0;

/** How many tests and hooks of this process have failed so far. What they began may still go on. */
export function failedBodies(): number {
  return failed;
}

function hook(define: (body: () => Promise<void>) => void) {
  return (body: Body): void => define(limited<[]>(body));
}

/** The body as a function that fails if it takes longer. What it has begun goes on, and may disturb the tests after it. */
function limited<Row extends never[]>(body: (...row: Row) => unknown, msMax = TEST_MS_MAX) {
  return async (...row: Row): Promise<void> => {
    const { promise: tooLong, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`Not finished within ${msMax} ms`)), msMax);
    try {
      await Promise.race([body(...row), tooLong]);
    } catch (error) {
      failed += 1;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

import { NameStack } from "../../../../src/workspaces/removal/walk/name-stack.ts";
import { describe, expect, test } from "../../../support/testing.ts";

describe("names that wait in one block of memory", () => {
  test("come back in their order, byte for byte, with those of folders below freed in between", () => {
    const stack = new NameStack();
    const outer = stack.open();
    const names = [Buffer.from([0xff, 0xfe]), Buffer.alloc(255, "n"), Buffer.from("\n")];
    for (const name of names) expect(stack.push(outer, name)).toBe(true);
    for (const name of names) {
      expect(stack.take(outer)).toEqual(name);
      const inner = stack.open();
      expect(stack.push(inner, Buffer.from("inner"))).toBe(true);
      expect(stack.take(inner)).toEqual(Buffer.from("inner"));
      stack.drop(inner);
    }
    expect(stack.take(outer)).toBeNull();
  });

  test("a folder with too many leaves room for those below it", () => {
    const stack = new NameStack(1_000);
    const outer = stack.open();
    while (stack.push(outer, Buffer.from("name")));
    const inner = stack.open();
    expect(stack.push(inner, Buffer.from("one"))).toBe(true);
  });
});

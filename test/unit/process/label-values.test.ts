import { LabelValues } from "../../../src/telemetry/label-values.ts";
import { expect, test } from "../../support/testing.ts";

test("so many values are shown, and all others together, whatever comes and however often", () => {
  const values = new LabelValues(2);
  const named = ["a", "b", "c", "a", "d", "b", "other"].map((value) => values.of(value));
  expect(named).toEqual(["a", "b", "other", "a", "other", "b", "other"]);
  const many = Array.from({ length: 100_000 }, (_, index) => values.of(`name ${index}`));
  expect(new Set(many)).toEqual(new Set(["other"]));
});

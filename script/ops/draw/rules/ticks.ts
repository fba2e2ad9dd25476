const STEPS = [1, 2, 2.5, 5, 10];
const KIB = 1_024;

/** The values at which an axis from 0 has lines: round ones, three to five of them, the last at or above `max`. */
export function ticks(max: number, unit: string): number[] {
  const top = max > 0 ? max : 1;
  const base = unit === "bytes" ? KIB ** Math.max(0, Math.floor(Math.log2(top / 4) / 10)) : 1;
  const rough = top / base / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * power >= rough) ?? 10) * power * base;
  const count = Math.ceil(top / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

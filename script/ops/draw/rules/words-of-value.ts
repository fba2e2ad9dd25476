const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const KIB = 1_024;

/** A number with the unit that a panel names, as short as Grafana writes it. @throws Error for a unit that no panel has yet */
export function wordsOfValue(value: number, unit: string): string {
  if (Number.isNaN(value)) return "–";
  switch (unit) {
    case "short":
      return short(value);
    case "s":
      return duration(value);
    case "bytes":
      return bytes(value);
    case "percentunit":
      return `${digits(value * 100)} %`;
    case "currencyUSD":
      return `$${value.toFixed(2)}`;
    case "reqps":
      return `${digits(value)}/s`;
    default:
      throw new Error(`The pictures of dashboards do not know the unit ${unit}`);
  }
}

function short(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  return value >= 10_000 ? `${digits(value / 1e3)} k` : digits(value);
}

function duration(seconds: number): string {
  if (seconds >= 2 * DAY_S) return `${digits(seconds / DAY_S)} d`;
  if (seconds >= 2 * HOUR_S) return `${digits(seconds / HOUR_S)} h`;
  if (seconds >= 2 * MINUTE_S) return `${digits(seconds / MINUTE_S)} min`;
  return seconds >= 1 || seconds === 0 ? `${digits(seconds)} s` : `${digits(seconds * 1_000)} ms`;
}

function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(4, Math.floor(Math.log2(count) / 10));
  return `${digits(count / KIB ** power)} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

/** At most three digits that say something. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

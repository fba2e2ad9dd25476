/** Says why a case can't run on this machine. It passes, so that the suite runs everywhere, and nobody overlooks it. */
export function cantRun(what: string, why: string): void {
  process.stderr.write(`can't run here because of this machine: ${what}: ${why}\n`);
}

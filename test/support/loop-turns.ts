/** Waits for something, and counts how often other work of this thread had its turn meanwhile: at most once a millisecond. */
export async function turnsDuring<Result>(
  awaited: Promise<Result>,
): Promise<{ readonly result: Result; readonly turns: number }> {
  let turns = 0;
  let waiting = true;
  const turn = () => {
    turns++;
    if (waiting) setTimeout(turn, 1);
  };
  setImmediate(turn);
  const result = await awaited.finally(() => (waiting = false));
  return { result, turns };
}

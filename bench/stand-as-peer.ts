/** In a process that a benchmark has started with `startPeer`: reports its address, and its processor time whenever it is asked. */
export function standAsPeer(url: string): void {
  process.send?.({ url });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
  });
  process.on("disconnect", () => process.exit(0));
  process.on("SIGTERM", () => process.exit(0));
}

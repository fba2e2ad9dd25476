// The process. What it runs is loaded only once signals are heard: loading takes most of the time of a start.

// Until the doors open there is no work to finish, and what prepares the database can be repeated.
let stop: (signal: NodeJS.Signals) => void = () => process.exit(0);
for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, (signal) => stop(signal));

const { run } = await import("./run.ts");
await run(process.env, (handler) => {
  stop = handler;
});

// Loaded before a bot: its machine believes that it is another time. Node's monotonic clock and timers stay right.

const wrongByMs = Number(process.env["ORB_TEST_MACHINE_DATE_MS"]);
const machineNow = () => RealDate.now() + wrongByMs;
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, ofClass) =>
    Reflect.construct(target, given.length > 0 ? given : [machineNow()], ofClass) as Date,
  apply: () => String(new RealDate(machineNow())),
  get: (target, key) => (key === "now" ? machineNow : Reflect.get(target, key)),
});

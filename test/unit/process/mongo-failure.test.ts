import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, connect, createServer } from "node:net";
import * as driver from "mongodb";
import { describe, expect, test } from "../../support/testing.ts";
import { failingOfStores, isMongoUnavailable, toMongoFailure } from "../../../src/mongo/failure.ts";

const own = createRequire(import.meta.url)("mongodb/lib/error") as {
  readonly MONGODB_ERROR_CODES: Readonly<Record<string, number>>;
  readonly GET_MORE_RESUMABLE_CODES: ReadonlySet<number>;
  isRetryableReadError(error: driver.MongoError): boolean;
};

function refused(code: number, labels: readonly string[] = []): driver.MongoServerError {
  return new driver.MongoServerError({ message: "It is so", code, errorLabels: [...labels] });
}

function named(name: string): Error {
  return Object.assign(new Error("It is so"), { name });
}

describe("MongoDB is unavailable, and nothing is a bug", () => {
  /** Errors of the driver that it does not export. */
  const HIDDEN = [
    "MongoPoolClearedError",
    "MongoPoolClosedError",
    "MongoWaitQueueTimeoutError",
    "PoolClearedOnNetworkError",
  ];
  const EXPORTED = [
    "MongoClientClosedError",
    "MongoNetworkError",
    "MongoNetworkTimeoutError",
    "MongoNotConnectedError",
    "MongoOperationTimeoutError",
    "MongoServerClosedError",
    "MongoServerSelectionError",
    "MongoStalePrimaryError",
    "MongoTopologyClosedError",
    "MongoUnexpectedServerResponseError",
    "MongoWriteConcernError",
  ];

  test.each([...HIDDEN, ...EXPORTED, "MongooseServerSelectionError"])("after %s", (name) => {
    expect(toMongoFailure(named(name))).toMatchObject({ code: "mongodb_unavailable" });
  });

  test("after exactly these of the errors that the driver exports", () => {
    const names = Object.keys(driver).filter((name) => /^Mongo\w+Error$/.test(name));
    expect(names.length).toBeGreaterThan(EXPORTED.length);
    expect(names.filter((name) => isMongoUnavailable(named(name))).toSorted()).toEqual(EXPORTED);
  });

  test("after every code with which the driver itself tries again", () => {
    const codes = Object.values(own.MONGODB_ERROR_CODES);
    const retried = codes.filter(
      (code) => own.GET_MORE_RESUMABLE_CODES.has(code) || own.isRetryableReadError(refused(code)),
    );
    expect(retried.length).toBeGreaterThan(15);
    expect(retried.filter((code) => !isMongoUnavailable(refused(code)))).toEqual([]);
  });

  test.each([
    [112, "WriteConflict"],
    [251, "NoSuchTransaction"],
    [91, "ShutdownInProgress"],
    [11_600, "InterruptedAtShutdown"],
    [50, "MaxTimeMSExpired"],
    [462, "IngressRequestRateLimitExceeded"],
  ])("after the code %i, %s", (code) => {
    expect(isMongoUnavailable(refused(code))).toBe(true);
  });

  test("after the error of a socket that the other side has closed, which the driver passes on", async () => {
    const server = createServer((socket) => socket.end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    await once(socket.resume(), "end");
    const lost: unknown = await new Promise((resolve) => {
      socket.on("error", resolve).write("x");
    });
    expect(lost).toMatchObject({ code: "EPIPE" });
    expect(isMongoUnavailable(lost)).toBe(true);
    server.close();
  });

  test.each(["ECONNRESET", "ETIMEDOUT", "ERR_STREAM_DESTROYED"])("after the socket's error %s", (code) => {
    expect(isMongoUnavailable(Object.assign(new Error("write"), { code }))).toBe(true);
  });

  test.each(Object.values(driver.MongoErrorLabel).filter((label) => label !== "NoWritesPerformed"))(
    "after an error with the label %s",
    (label) => {
      expect(isMongoUnavailable(refused(1, [label]))).toBe(true);
      const error = new driver.MongoError("It is so");
      error.addErrorLabel(label);
      expect(isMongoUnavailable(error)).toBe(true);
    },
  );
});

describe("MongoDB answered, and what was asked is wrong", () => {
  test.each([
    ["a key that exists", refused(11_000)],
    ["a command that does not exist", refused(59, ["NoWritesPerformed"])],
    ["a document that is too large", refused(10_334)],
    ["a code of another library", Object.assign(new Error("It is so"), { code: 112 })],
    ["our own bug", new TypeError("Cannot read properties of null")],
    ["a text", "MongoNetworkError"],
    ["nothing", undefined],
  ])("after %s", (_what, error) => {
    expect(toMongoFailure(error)).toBe(error);
    expect(failingOfStores(error)).toBe("signal_or_delivery");
  });
});

test("an outage of MongoDB does not use up the few tries of a signal or a delivery", () => {
  expect(failingOfStores(refused(112))).toBe("outage");
  expect(failingOfStores(toMongoFailure(refused(112)))).toBe("outage");
});

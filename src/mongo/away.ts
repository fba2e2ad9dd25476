/**
 * The driver's errors if no server can be asked, as opposed to a server's refusal.
 * https://mongodb.github.io/node-mongodb-native/7.0/classes/MongoError.html
 */
const NAMES: ReadonlySet<string> = new Set([
  "MongoClientClosedError",
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoNotConnectedError",
  "MongoOperationTimeoutError",
  "MongoPoolClearedError",
  "MongoPoolClosedError",
  "MongoServerClosedError",
  "MongoServerSelectionError",
  "MongoStalePrimaryError",
  "MongoTopologyClosedError",
  "MongoUnexpectedServerResponseError",
  "MongoWaitQueueTimeoutError",
  "MongoWriteConcernError",
  "MongooseServerSelectionError",
  "PoolClearedOnNetworkError",
]);

/**
 * The codes with which a server says that it, or the replica set, can't do it now: it starts, stops, elects another primary, is
 * overloaded, or another transaction has the document. The same request may succeed later.
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const CODES: ReadonlySet<unknown> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  18, // AuthenticationFailed: also while credentials are exchanged
  24, // LockTimeout
  43, // CursorNotFound
  46, // LockBusy
  50, // MaxTimeMSExpired
  63, // StaleShardVersion
  64, // WriteConcernTimeout
  79, // UnknownReplWriteConcern
  89, // NetworkTimeout
  91, // ShutdownInProgress
  94, // NotYetInitialized
  95, // NotSecondary
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  146, // ExceededMemoryLimit
  150, // StaleEpoch
  175, // QueryPlanKilled
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  208, // TooManyLocks
  225, // TransactionTooOld
  234, // RetryChangeStream
  237, // CursorKilled
  239, // SnapshotTooOld
  246, // SnapshotUnavailable
  251, // NoSuchTransaction
  262, // ExceededTimeLimit
  267, // PreparedTransactionInProgress
  279, // ClientDisconnect
  290, // TransactionExceededLifetimeLimitSeconds
  314, // ObjectIsBusy
  317, // ConnectionPoolExpired
  365, // TemporarilyUnavailable
  391, // ReauthenticationRequired
  402, // ResourceExhausted
  462, // IngressRequestRateLimitExceeded
  9_001, // SocketException
  10_058, // LegacyNotPrimary
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_601, // Interrupted
  11_602, // InterruptedDueToReplStateChange
  13_388, // StaleConfig
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
  14_031, // OutOfDiskSpace
]);

/**
 * Node's codes for a connection that is lost while something is written. Where the driver waits until a large or busy socket has
 * room again, it passes these errors on as they are: `writeCommand` in
 * https://github.com/mongodb/node-mongodb-native/blob/main/src/cmap/connection.ts
 */
const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  "EPIPE",
  "ECONNRESET",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/** The only label that says nothing about another try. */
const SAYS_NOTHING = "NoWritesPerformed";

interface DriverError extends Error {
  readonly code?: unknown;
  /** What servers and the driver know about an error; nearly all of it means that another try may succeed. */
  readonly errorLabels?: unknown;
  /** Of a bulk write: the error that ended it before the server answered, and the answer itself. */
  readonly errorResponse?: unknown;
  readonly result?: { getWriteConcernError?(): unknown };
}

/** Whether an error means that MongoDB can't do it now, and not that what was asked of it is wrong. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, errorLabels, errorResponse, result }: DriverError = error;
  return (
    NAMES.has(name) ||
    (name === "Error" && SOCKET_CODES.has(code)) ||
    (name.startsWith("Mongo") && CODES.has(code)) ||
    (Array.isArray(errorLabels) && errorLabels.some((label) => label !== SAYS_NOTHING)) ||
    (name === "MongoBulkWriteError" && (isAway(errorResponse) || Boolean(result?.getWriteConcernError?.())))
  );
}

/** A payload, or the part of one that an event adds. */
export type Payload = Readonly<Record<string, unknown>>;

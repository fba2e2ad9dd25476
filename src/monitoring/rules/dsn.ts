/** Narrower than the form that the SDK takes: what it can't read, it prints. https://docs.sentry.io/concepts/key-terms/dsn-explainer/ */
const DSN = /^https?:\/\/\w+(?::\w*)?@(?:\[[:.%\w]+\]|[\w.-]+)(?::\d{1,5})?\/(?:[\w.-]+\/)*\d+$/;

/** Whether a text is the address of a project in Sentry. */
export function isDsn(text: string): boolean {
  return DSN.test(text) && URL.canParse(text);
}

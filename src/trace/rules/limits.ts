/** So many entries are shown; the earliest come first. */
export const TRACE_ENTRIES_MAX = 500;
/** So many documents of each kind are read for a trace. */
export const TRACE_DOCUMENTS_MAX = 100;

/** The id of an event as a CloudEvent: made from its project and its number, so a repetition has the same id. */
export function eventId({ project, seq }: { readonly project: string; readonly seq: number }): string {
  return `${project}/${seq}`;
}

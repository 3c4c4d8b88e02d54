import type { Asked } from './evaluation.ts';

/** What was not checked of an entry because people or bindings are not known, one sentence each. */
export function uncheckedNotes({ entry, resource, role, context }: Asked): string[] {
  const { kind } = entry.request.principal;
  const asked = `${role.name} on ${resource.name}`;
  const notes: string[] = [];
  if (!context.directory) notes.push(`whether whoever opens the pull request may ask for ${asked}`);
  if (!context.directory && kind !== 'service_account')
    notes.push(
      `whether each ${kind} that would receive ${asked} is there, may receive it and has a name on ${resource.connection}`,
    );
  if (!context.connections)
    notes.push(
      `whether the app binds the connection ${resource.connection} to this repository, and what it may give there`,
    );
  return notes;
}

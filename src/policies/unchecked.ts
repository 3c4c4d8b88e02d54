import type { Asked } from './evaluation.ts';

/** What was not checked of an entry because people, bindings or past grants are not known, one sentence each. */
export function uncheckedNotes({ entry, resource, role, context }: Asked): string[] {
  const { kind } = entry.request.principal;
  const asked = `${role.name} on ${resource.name}`;
  const notes: string[] = [];
  if (!context.directory) {
    notes.push(`whether whoever opens the pull request may ask for ${asked}`);
    if (kind !== 'service_account')
      notes.push(
        `whether each ${kind} that would receive ${asked} is there, may receive it and has a name on ${resource.connection}`,
      );
    if (role.when !== undefined) notes.push(`whether the condition of ${asked} holds: ${role.when}`);
    if (role.autoApprove !== undefined)
      notes.push(`whether ${asked} is approved automatically: ${role.autoApprove}`);
    if (role.quota) notes.push(`whether the quota of ${asked} leaves room`);
    if (role.require.includes('two_factor'))
      notes.push(`whether whoever asks for ${asked} or receives it has a second factor`);
    if (role.require.includes('signed_commits'))
      notes.push(`whether the commits that ask for ${asked} are signed`);
    if (entry.request.emergency && role.emergency)
      notes.push(`whether whoever asks for ${asked} may do so in an emergency`);
  }
  if (!context.connections)
    notes.push(
      `whether the app binds the connection ${resource.connection} to this repository, and what it may give there`,
    );
  return notes;
}

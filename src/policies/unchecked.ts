import type { Asked } from './evaluation.ts';

/** What was not checked of an entry because people or bindings are not known, one sentence each. */
export function uncheckedNotes({ entry, resource, role, context }: Asked): string[] {
  const { kind, name } = entry.request.principal;
  const asked = `${role.name} on ${resource.name}`;
  const people = context.directory
    ? []
    : [
        `whether whoever opens the pull request may ask for ${asked}`,
        ...(kind === 'service_account'
          ? []
          : [
              `whether the ${kind} ${name} is there and may receive ${asked}`,
              ...(kind === 'user' ? [`the name of ${name} on ${resource.connection}`] : []),
            ]),
      ];
  return context.connections
    ? people
    : [...people, `whether the app binds the connection ${resource.connection} to this repository`];
}

import { didYouMean } from '../requests/nearest.ts';
import { violation, type Violation } from '../requests/violation.ts';
import { placeOf, type YamlFile, type YamlPath } from '../requests/yaml-file.ts';
import type { Resource, Settings, Template } from './policy-set.ts';
import { resourceFile } from './resource-file.ts';
import { settingsFile } from './settings-file.ts';
import { templatesFile } from './templates-file.ts';

/** What policy files may refer to, and where they do. */
interface Referring {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly templates: ReadonlyMap<string, Template>;
  readonly settings: Settings;
  /** Resource files with errors of their own: whether what they would hold is there is not known. */
  readonly unreadable: ReadonlySet<string>;
}

/** A name of a resource and a role in a file, and the paths of the two values. */
interface Reference {
  readonly in: string;
  readonly resource: string;
  readonly role: string;
  readonly at: readonly [resource: YamlPath, role: YamlPath];
}

/** Every reference from one policy file to a resource or role that is nowhere. */
export function referenceViolations(files: readonly YamlFile[], referring: Referring): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return references(referring).flatMap((reference) => {
    const { resource, role, at } = reference;
    const file = byPath.get(reference.in);
    if (!file || referring.unreadable.has(resourceFile(resource))) return [];
    const roles = referring.resources.get(resource)?.roles;
    if (roles?.has(role)) return [];
    const place = placeOf(file, at[roles ? 1 : 0]);
    return roles
      ? [
          violation(
            place,
            'unknown-role',
            `${resource} has no role \`${role}\`.`,
            didYouMean(role, roles.keys()),
          ),
        ]
      : [
          violation(
            place,
            'unknown-resource',
            `There is no resource \`${resource}\`.`,
            didYouMean(resource, referring.resources.keys()),
          ),
        ];
  });
}

function references({ resources, templates, settings }: Referring): Reference[] {
  return [
    ...[...templates.values()].map(({ name, resource, role }): Reference => {
      const path = ['templates', name];
      return {
        in: templatesFile,
        resource,
        role,
        at: [
          [...path, 'resource'],
          [...path, 'role'],
        ],
      };
    }),
    ...[...resources.values()].flatMap(({ file, conflicts }) =>
      conflicts.map((pair, index) => pairReference(file, pair, ['conflicts', index])),
    ),
    ...settings.freeze.flatMap(({ except }, freeze) =>
      except.map((pair, index) => pairReference(settingsFile, pair, ['freeze', freeze, 'except', index])),
    ),
  ];
}

function pairReference(file: string, pair: string, path: YamlPath): Reference {
  const [resource = '', role = ''] = pair.split(':');
  return { in: file, resource, role, at: [path, path] };
}

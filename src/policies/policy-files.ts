import { misnamedFile } from '../requests/requests-paths.ts';
import { sortViolations, violation, type Violation } from '../requests/violation.ts';
import { readYaml, type YamlFile } from '../requests/yaml-file.ts';
import type { PartyName } from './directory.ts';
import type { EntitlementSchemas } from './entitlement-schemas.ts';
import { feedsApprovers } from './feeds-approvers.ts';
import { identitiesFile, noIdentities, parseIdentities } from './identities-file.ts';
import type { PolicySet, Resource, SourceFile, Template } from './policy-set.ts';
import { referenceViolations } from './references.ts';
import { parseResource } from './resource-file.ts';
import { defaultSettings, parseSettings, settingsFile } from './settings-file.ts';
import { parseTemplates, templatesFile } from './templates-file.ts';

const resourceFile = /^access-policies\/resources\/[^/]+\.yaml$/;
const testFile = /^access-policies\/tests\/[^/]+\.yaml$/;

/** What one file came to; `file` is absent where its YAML could not be read. */
interface Parsed<T> {
  readonly file?: YamlFile;
  readonly value?: T;
  readonly violations: readonly Violation[];
}

/**
 * Reads everything under access-policies/, given with the text of each file. A file with an error stands in `broken` and contributes
 * nothing; the rest counts. `owners`: everybody whom CODEOWNERS names; no entitlement may lead to one of those teams. Policy tests are not read
 * here.
 */
export function parsePolicies(
  files: readonly SourceFile[],
  connectors: EntitlementSchemas,
  owners: readonly PartyName[] = [],
): { policies: PolicySet; violations: Violation[] } {
  const read = <T>(path: string, parse: (file: YamlFile) => Parsed<T>): Parsed<T> | undefined => {
    const source = files.find((file) => file.path === path);
    return source && parseSource(source, parse);
  };
  const resources = files
    .filter(({ path }) => resourceFile.test(path))
    .map((source) => ({ source, parsed: parseSource(source, (file) => parseResource(file, connectors)) }));
  const templates = read(templatesFile, parseTemplates);
  const settings = read(settingsFile, parseSettings);
  const identities = read(identitiesFile, parseIdentities);
  const parsed = [...resources.map((resource) => resource.parsed), templates, settings, identities];

  const yamlFiles = parsed.flatMap((each) => each?.file ?? []);
  const readable = {
    resources: resources.flatMap(({ parsed: { value } }) => value ?? []),
    templates: templates?.value ?? new Map<string, Template>(),
    settings: settings?.value ?? defaultSettings,
  };
  const violations = [
    ...parsed.flatMap((each) => each?.violations ?? []),
    ...referenceViolations(yamlFiles, {
      ...readable,
      resources: new Map(readable.resources.map((value) => [value.name, value])),
      unreadable: new Set(resources.flatMap(({ source, parsed: { value } }) => (value ? [] : [source.path]))),
    }),
    ...feedsApprovers(yamlFiles, { ...readable, templates: readable.templates.values(), owners }, connectors),
    ...files.flatMap(({ path }) => misplaced(path)),
  ];
  const broken = new Set(violations.flatMap(({ file, severity }) => (severity === 'error' ? [file] : [])));
  const sound = <T>(path: string, value: T | undefined, otherwise: T) =>
    value === undefined || broken.has(path) ? otherwise : value;
  const policies: PolicySet = {
    resources: new Map(
      resources.flatMap(({ parsed: { value } }): [string, Resource][] =>
        value && !broken.has(value.file) ? [[value.name, value]] : [],
      ),
    ),
    templates: sound(templatesFile, templates?.value, new Map()),
    settings: sound(settingsFile, settings?.value, defaultSettings),
    identities: sound(identitiesFile, identities?.value, noIdentities),
    broken,
  };
  return { policies, violations: sortViolations(violations) };
}

function parseSource<T>(source: SourceFile, parse: (file: YamlFile) => Parsed<T>): Parsed<T> {
  const read = readYaml(source.path, source.text);
  return 'file' in read ? { file: read.file, ...parse(read.file) } : read;
}

/** A YAML file under access-policies/ that nothing reads. */
function misplaced(path: string): Violation[] {
  const known = [templatesFile, settingsFile, identitiesFile].includes(path);
  if (known || resourceFile.test(path) || testFile.test(path)) return [];
  if (!/^access-policies\/.*\.yaml$/.test(path)) return misnamedFile(path);
  const message = 'Nothing reads a file of this name, so it counts for nothing.';
  const remedy =
    'Policies are resources/NAME.yaml, templates.yaml, settings.yaml, identities.yaml and tests/NAME.yaml.';
  return [violation({ file: path, line: 1, column: 1 }, 'wrong-extension', message, remedy)];
}

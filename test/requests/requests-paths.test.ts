import { expect, test } from 'vitest';
import { isControlFile, isRequestsFile, misnamedFile } from '../../src/requests/requests-paths.ts';

test.each([
  ['access-requests.yaml', 'requests'],
  ['access-requests/team-a.yaml', 'requests'],
  ['access-requests/EU/Team A.yaml', 'requests'],
  ['access-requests/README.md', ''],
  ['access-requests/.yaml', 'requests'],
  ['docs/access-requests.yaml', ''],
  ['access-requests.yaml/x', ''],
  ['access-policies/settings.yaml', 'control'],
  ['access-policies/README.md', 'control'],
  ['access-policies/tests/a.yaml', 'control'],
  ['.github/CODEOWNERS', 'control'],
  ['CODEOWNERS', 'control'],
  ['docs/CODEOWNERS', 'control'],
  ['src/CODEOWNERS', ''],
  ['access-requests.yml', 'misnamed'],
  ['access-requests.YAML', 'misnamed'],
  ['Access-Requests.yaml', 'misnamed'],
  ['access-requests/team-a.yml', 'misnamed'],
  ['ACCESS-REQUESTS/team-a.yaml', 'misnamed'],
  ['access-policies/settings.yml', 'control misnamed'],
  ['Access-Policies/settings.yaml', 'misnamed'],
  ['src/app.yml', ''],
])('%s is %j', (path, expected) => {
  const kinds = [
    isRequestsFile(path) ? 'requests' : '',
    isControlFile(path) ? 'control' : '',
    misnamedFile(path).length > 0 ? 'misnamed' : '',
  ];
  expect(kinds.filter((kind) => kind !== '').join(' ')).toBe(expected);
});

test('what is misnamed is told its name', () => {
  expect(misnamedFile('Access-Requests/a.YML')).toMatchObject([
    {
      file: 'Access-Requests/a.YML',
      line: 1,
      column: 1,
      code: 'wrong-extension',
      remedy: 'Rename it to access-requests/a.yaml.',
    },
  ]);
});

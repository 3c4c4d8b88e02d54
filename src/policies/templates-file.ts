import { z } from 'zod';
import { present } from '../requests/present.ts';
import { duration, name, text } from '../requests/scalars.ts';
import { checkShape } from '../requests/shape.ts';
import type { Violation } from '../requests/violation.ts';
import type { YamlFile } from '../requests/yaml-file.ts';
import { party } from './policy-scalars.ts';
import type { Template } from './policy-set.ts';

export const templatesFile = 'access-policies/templates.yaml';

/** The file access-policies/templates.yaml. */
export const templatesSchema = z.strictObject({
  templates: z.record(
    name,
    z.strictObject({
      resource: name,
      role: name,
      duration: duration.optional(),
      for: z.array(party).optional(),
      description: text(500).optional(),
    }),
  ),
});

/** Reads access-policies/templates.yaml. */
export function parseTemplates(file: YamlFile): {
  value?: ReadonlyMap<string, Template>;
  violations: Violation[];
} {
  const { value, violations } = checkShape(file, [], templatesSchema);
  if (!value) return { violations };
  const templates = Object.entries(value.templates).map(([template, preset]): [string, Template] => [
    template,
    { name: template, ...present(preset) },
  ]);
  return { value: new Map(templates), violations };
}

import { z } from 'zod';
import { present } from '../requests/present.ts';
import { duration, instant, name, text } from '../requests/scalars.ts';
import { checkShape } from '../requests/shape.ts';
import { violation, type Violation } from '../requests/violation.ts';
import { placeOf, type YamlFile } from '../requests/yaml-file.ts';
import { party, roleReference } from './policy-scalars.ts';
import type { Settings } from './policy-set.ts';

export const settingsFile = 'access-policies/settings.yaml';

const week = 7 * 24 * 60;

/** The file access-policies/settings.yaml. */
export const settingsSchema = z.strictObject({
  merge: z.enum(['manual', 'when_approved']).default('manual'),
  pending_for: duration.default(week),
  approval_valid_for: duration.default(week),
  requesters: z.array(party).optional(),
  freeze: z
    .array(
      z.strictObject({
        from: instant,
        to: instant,
        reason: text(500).optional(),
        except: z.array(roleReference).default([]),
      }),
    )
    .default([]),
  revert: z
    .strictObject({
      mode: z.enum(['each', 'rolling']).default('each'),
      rolling_above: z.int().min(1).default(20),
    })
    .default({ mode: 'each', rolling_above: 20 }),
  drift: z.record(name, z.enum(['report', 'correct'])).default({}),
});

/** Reads access-policies/settings.yaml. */
export function parseSettings(file: YamlFile): { value?: Settings; violations: Violation[] } {
  const { value, violations } = checkShape(file, [], settingsSchema);
  if (!value) return { violations };
  return { value: settingsOf(value), violations: freezeViolations(file, value.freeze) };
}

/** The settings of a repository without that file. */
export const defaultSettings: Settings = settingsOf(settingsSchema.parse({}));

function settingsOf(value: z.output<typeof settingsSchema>): Settings {
  return present({
    merge: value.merge,
    pendingFor: value.pending_for,
    approvalValidFor: value.approval_valid_for,
    requesters: value.requesters,
    freeze: value.freeze.map(present),
    revert: { mode: value.revert.mode, rollingAbove: value.revert.rolling_above },
    drift: new Map(Object.entries(value.drift)),
  });
}

function freezeViolations(
  file: YamlFile,
  freeze: readonly { readonly from: number; readonly to: number }[],
): Violation[] {
  return freeze.flatMap(({ from, to }, index) =>
    from < to
      ? []
      : [
          violation(
            placeOf(file, ['freeze', index, 'to']),
            'end-before-start',
            'The freeze ends before it begins.',
            'Correct `from` or `to`.',
          ),
        ],
  );
}

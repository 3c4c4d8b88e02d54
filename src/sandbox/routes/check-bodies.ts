import { z } from 'zod';
import type { SizeLimits } from '../model/limits.ts';

export const AnnotationBody = z
  .object({
    path: z.string(),
    start_line: z.int(),
    end_line: z.int(),
    start_column: z.int().optional(),
    end_column: z.int().optional(),
    annotation_level: z.enum(['notice', 'warning', 'failure']),
    message: z.string(),
    title: z.string().max(255).optional(),
    raw_details: z.string().optional(),
  })
  .refine(
    ({ start_line: start, end_line: end, start_column: column, end_column: last }) =>
      start === end || (column === undefined && last === undefined),
    'columns are for annotations of one line',
  );

/** What one may say of a check run. */
export const checkRunBody = (limits: SizeLimits) =>
  z.object({
    name: z.string().optional(),
    head_sha: z.string().optional(),
    details_url: z.string().optional(),
    external_id: z.string().optional(),
    status: z.enum(['queued', 'in_progress', 'completed']).optional(),
    started_at: z.coerce.date().optional(),
    completed_at: z.coerce.date().optional(),
    conclusion: z
      .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
      .optional(),
    output: z
      .object({
        title: z.string(),
        summary: z.string().max(limits.checkText),
        text: z.string().max(limits.checkText).optional(),
        annotations: z.array(AnnotationBody).max(limits.annotations).default([]),
      })
      .optional(),
    actions: z
      .array(
        z.object({
          label: z.string().max(20),
          description: z.string().max(40),
          identifier: z.string().max(20),
        }),
      )
      .max(limits.checkActions)
      .optional(),
  });

import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** One entry of the list that a 422 carries. */
export type FieldError =
  | string
  | { resource: string; field?: string; code: string; message?: string; value?: unknown };

/**
 * GitHub says no. Thrown, as Hono's own HTTPException is: every layer between the rule and the response
 * would only hand it on.
 */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly documentation: string | undefined;

  constructor(
    status: ContentfulStatusCode,
    message: string,
    detail: { errors?: readonly FieldError[]; documentation?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = detail.errors;
    this.documentation = detail.documentation;
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

/** 422 `Validation Failed`, with what is wrong. */
export function invalid(...errors: FieldError[]): Refusal {
  return new Refusal(422, 'Validation Failed', { errors });
}

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { committedExtract } from './extract-file.ts';
import type { Json, JsonObject } from './json-schema.ts';
import { unknownFields } from './unknown-fields.ts';

/** One thing that is not as the description says. */
export interface Problem {
  /** JSON pointer into the body. */
  pointer: string;
  what: string;
}

let ajv: Ajv | undefined;
const compiled = new WeakMap<JsonObject, ValidateFunction>();

/** What is wrong with a value by a schema of the extract: values that it forbids, and fields that it does not know. */
export function problemsOf(schema: JsonObject, value: Json): Problem[] {
  const validate = compiled.get(schema) ?? compile(schema);
  const wrong = validate(value) ? [] : readable(validate.errors ?? []);
  const unknown = unknownFields(schema, value).map((pointer) => ({
    pointer,
    what: 'is not in the description',
  }));
  return [...wrong, ...unknown];
}

/** Once for each schema and process: it is most of what a check costs. */
function compile(schema: JsonObject): ValidateFunction {
  if (!ajv) {
    // Without the optimizer compiling takes a fifth of the time, and a check no longer than before.
    ajv = new Ajv({
      strict: false,
      allErrors: true,
      inlineRefs: false,
      logger: false,
      validateSchema: false,
      code: { optimize: false },
    });
    formats.default(ajv, { mode: 'fast' });
    ajv.addSchema({ $id: 'github', schemas: committedExtract().schemas });
  }
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** Each place once; of alternatives that all fail, what fails deepest, for that is the one that was meant. */
function readable(errors: readonly ErrorObject[]): Problem[] {
  const told = new Map<string, Problem>();
  const deepest = errors
    .filter(({ keyword }) => keyword !== 'anyOf')
    .filter(
      ({ schemaPath, instancePath }) =>
        !schemaPath.includes('/anyOf/') ||
        !errors.some((other) => other.instancePath.startsWith(`${instancePath}/`)),
    );
  for (const error of deepest.length > 0 ? deepest : errors) {
    const field = error.keyword === 'required' ? `/${String(error.params['missingProperty'])}` : '';
    const pointer = `${error.instancePath}${field}`;
    const allowed = error.keyword === 'enum' ? `: ${JSON.stringify(error.params['allowedValues'])}` : '';
    told.set(pointer, { pointer, what: field ? 'is missing' : `${error.message}${allowed}` });
  }
  return [...told.values()];
}

import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import {
  createErrorHandler,
  toErrorSchema,
  unwrapErrorHandler,
  validationDataMerge,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils';

/** Keywords that only say that something below them failed, which is reported by itself. */
const CONTAINERS = new Set([
  'properties',
  'patternProperties',
  'items',
  'allOf',
  'if',
  'then',
  'else',
  '$ref',
  'dependencies',
  'dependentSchemas',
]);

/**
 * Checks forms by walking the schema. The validators rjsf ships write a function and evaluate it, which the portal's
 * content security policy refuses, as it should: a template's schema is somebody else's text.
 */
export function interpretingValidator<T>(): ValidatorType<T> {
  const check = (schema: unknown, data: unknown): OutputUnit[] =>
    new Validator(schema as Schema, '7', false).validate(plain(data)).errors;
  return {
    isValid(schema, formData, rootSchema) {
      try {
        return check(within(schema, rootSchema), formData).length === 0;
      } catch {
        return false; // a schema that cannot be read matches nothing, as rjsf expects
      }
    },
    rawValidation<R>(schema: RJSFSchema, formData?: T) {
      try {
        return { errors: check(schema, formData) as R[] };
      } catch (cause) {
        return { validationError: cause instanceof Error ? cause : new Error(String(cause)) };
      }
    },
    validateFormData(formData, schema, customValidate, transformErrors, uiSchema) {
      let errors = check(schema, formData)
        .filter((unit) => !CONTAINERS.has(unit.keyword))
        .map((unit) => toError(unit, schema));
      if (transformErrors) errors = transformErrors(errors, uiSchema);
      const data = { errors, errorSchema: toErrorSchema<T>(errors) };
      if (!customValidate) return data;
      const handler = customValidate(formData, createErrorHandler<T>(formData as T), uiSchema);
      return validationDataMerge<T>(data, unwrapErrorHandler<T>(handler));
    },
  };
}

function toError(unit: OutputUnit, schema: unknown): RJSFValidationError {
  const value = at(schema, unit.keywordLocation);
  const params: Record<string, unknown> = { limit: value, pattern: value, format: value };
  let property = pointer(unit.instanceLocation)
    .map((part) => `.${part}`)
    .join('');
  if (unit.keyword === 'required') {
    const missing = /"([^"]*)"/.exec(unit.error)?.[1] ?? '';
    params['missingProperty'] = missing;
    property = `${property}.${missing}`;
  }
  return {
    name: unit.keyword,
    message: unit.error,
    params,
    property,
    schemaPath: unit.keywordLocation,
    stack: `${property} ${unit.error}`.trim(),
  };
}

/** A part of a schema that may refer to definitions at the root. */
function within(schema: unknown, root: RJSFSchema): unknown {
  const { definitions, $defs } = root as { definitions?: unknown; $defs?: unknown };
  return definitions || $defs ? { allOf: [schema], definitions, $defs } : schema;
}

/** Without what JSON has no word for: a field that was emptied holds `undefined`. */
function plain(data: unknown): unknown {
  return data === undefined ? {} : (JSON.parse(JSON.stringify(data)) as unknown);
}

function pointer(location: string): string[] {
  return location
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(schema: unknown, location: string): unknown {
  return pointer(location).reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined,
    schema,
  );
}

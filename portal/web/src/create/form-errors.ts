import type { RJSFValidationError } from '@rjsf/utils';

/** rjsf names the field `a.b` by the id `root_a_b`. */
export function propertyOfId(id: string): string {
  return id.replace(/^root_/, '');
}

/** The validator's messages in whole sentences that say what was expected. */
export function errorWords(error: RJSFValidationError): RJSFValidationError {
  const params = (error.params ?? {}) as Record<string, unknown>;
  const words: Record<string, string> = {
    required: 'This is needed.',
    pattern: `This does not have the expected form: ${String(params['pattern'])}`,
    minLength: `At least ${String(params['limit'])} characters are expected.`,
    maxLength: `At most ${String(params['limit'])} characters are expected.`,
    minimum: `The smallest value is ${String(params['limit'])}.`,
    maximum: `The largest value is ${String(params['limit'])}.`,
    enum: 'One of the values of the list is expected.',
    format: `This is not a ${String(params['format'])}.`,
  };
  const message = error.name ? words[error.name] : undefined;
  return message ? { ...error, message, stack: message } : error;
}

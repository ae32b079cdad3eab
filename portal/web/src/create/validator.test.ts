import { describe, expect, it } from 'vitest';
import { errorWords } from './form-errors';
import { interpretingValidator } from './validator';

const schema = {
  type: 'object' as const,
  required: ['name', 'owner'],
  properties: {
    name: { type: 'string' as const, pattern: '^[a-z]+$', maxLength: 5 },
    owner: { type: 'string' as const },
    size: { type: 'number' as const, minimum: 2 },
  },
};
const validator = interpretingValidator<Record<string, unknown>>();

describe('the validator of forms', () => {
  it('accepts what the schema accepts', () => {
    expect(validator.validateFormData({ name: 'shop', owner: 'group:a' }, schema).errors).toEqual([]);
    expect(validator.isValid(schema, { name: 'shop', owner: 'x' }, schema)).toBe(true);
  });

  it('names each field and what was expected', () => {
    const { errors, errorSchema } = validator.validateFormData(
      { name: 'Too long', size: 1 },
      schema,
      undefined,
      (all) => all.map(errorWords),
    );
    expect(errors.map((e) => [e.property, e.message])).toEqual([
      ['.owner', 'This is needed.'],
      ['.name', 'At most 5 characters are expected.'],
      ['.name', 'This does not have the expected form: ^[a-z]+$'],
      ['.size', 'The smallest value is 2.'],
    ]);
    expect(errorSchema).toHaveProperty('owner.__errors');
  });

  it('treats an emptied field as missing', () => {
    const { errors } = validator.validateFormData({ name: 'a', owner: undefined }, schema);
    expect(errors.map((e) => e.params?.['missingProperty'])).toEqual(['owner']);
  });

  it('follows references into the root', () => {
    const root = { definitions: { short: { type: 'string' as const, maxLength: 1 } } };
    expect(validator.isValid({ $ref: '#/definitions/short' }, 'ab' as never, root)).toBe(false);
    expect(validator.isValid({ $ref: '#/definitions/short' }, 'a' as never, root)).toBe(true);
  });
});

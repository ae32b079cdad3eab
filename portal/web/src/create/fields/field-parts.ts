import type { FieldProps } from '@rjsf/utils';

/** What every picker needs of rjsf's many properties. */
export interface FieldParts {
  id: string;
  label: string;
  description: string | undefined;
  error: string | undefined;
  required: boolean;
  disabled: boolean;
  placeholder: string | undefined;
  options: Record<string, unknown>;
  set: (value: unknown) => void;
  blur: () => void;
  focus: () => void;
}

export function fieldParts(props: FieldProps): FieldParts {
  const { schema, uiSchema, name, rawErrors, required, disabled, readonly, fieldPathId, formData } = props;
  const options = (uiSchema?.['ui:options'] ?? {}) as Record<string, unknown>;
  const id = fieldPathId.$id;
  return {
    id,
    label: String(uiSchema?.['ui:title'] ?? schema.title ?? name),
    description: textOf(uiSchema?.['ui:description'] ?? uiSchema?.['ui:help'] ?? schema.description),
    error: rawErrors && rawErrors.length > 0 ? [...new Set(rawErrors)].join('\n') : undefined,
    required: required ?? false,
    disabled: (disabled ?? false) || (readonly ?? false),
    placeholder: textOf(uiSchema?.['ui:placeholder']),
    options,
    set: (value) => {
      props.onChange(value, fieldPathId.path);
    },
    blur: () => {
      props.onBlur(id, formData as unknown);
    },
    focus: () => {
      props.onFocus(id, formData as unknown);
    },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { withTheme, type IChangeEvent } from '@rjsf/core';
import { generateTheme } from '@rjsf/mantine';
import type { RJSFValidationError } from '@rjsf/utils';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { JsonObject } from '../api/types';
import {
  EntityNamePicker,
  EntityPicker,
  EntityTagsPicker,
  MultiEntityPicker,
  MyGroupsPicker,
  OwnedEntityPicker,
  OwnerPicker,
  Secret,
} from './fields/pickers';
import { RepoUrlPicker } from './fields/RepoUrlPicker';
import { errorWords, propertyOfId } from './form-errors';
import { splitUiSchema } from './ui-schema';
import { interpretingValidator } from './validator';

/** Looser than JSON, because rjsf cannot be told of a recursive type. */
type FormValues = Record<string, unknown>;

const theme = generateTheme<FormValues>();
// Errors stand at their fields by themselves; the theme would repeat them, and our page already has its headings.
theme.templates = { ...theme.templates, FieldErrorTemplate: () => null, TitleFieldTemplate: () => null };
const Form = withTheme<FormValues>(theme);
const validator = interpretingValidator<FormValues>();

const FIELDS = {
  EntityNamePicker,
  EntityPicker,
  EntityTagsPicker,
  MultiEntityPicker,
  MyGroupsPicker,
  OwnedEntityPicker,
  OwnerPicker,
  RepoUrlPicker,
  Secret,
};

interface Props {
  schema: JsonObject;
  values: JsonObject;
  onChange: (values: JsonObject) => void;
  onDone: (values: JsonObject) => void;
  setSecret: (name: string, value: string) => void;
  /** The buttons under the form; the one that goes on is of type submit. */
  children: (submitting: () => void) => ReactNode;
}

/** One page of the wizard. A field is checked when it is left for the first time, and from then on while typing. */
export function StepForm({ schema: source, values, onChange, onDone, setSecret, children }: Props) {
  const { schema, uiSchema } = useMemo(() => splitUiSchema({ ...source, title: '', description: '' }), [source]);
  const touched = useRef(new Set<string>());
  const submitting = useRef(false);
  const [mode, setMode] = useState<'onBlur' | 'onChange'>('onBlur');
  const context = useMemo(() => ({ setSecret }), [setSecret]);
  const transformErrors = (errors: RJSFValidationError[]) =>
    errors.filter((e) => submitting.current || touched.current.has(fieldOf(e))).map(errorWords);
  return (
    <Form
      schema={schema}
      uiSchema={uiSchema}
      validator={validator}
      fields={FIELDS}
      formContext={context}
      formData={values}
      liveValidate={mode}
      showErrorList={false}
      noHtml5Validate
      focusOnFirstError
      transformErrors={transformErrors}
      onChange={({ formData }: IChangeEvent<FormValues>) => {
        onChange((formData ?? {}) as JsonObject);
      }}
      onFocus={(id: string) => {
        setMode(touched.current.has(propertyOfId(id)) ? 'onChange' : 'onBlur');
      }}
      onBlur={(id: string) => {
        touched.current.add(propertyOfId(id));
      }}
      onSubmit={({ formData }: IChangeEvent<FormValues>) => {
        onDone((formData ?? {}) as JsonObject);
      }}
    >
      <div className="wizard-buttons">
        {children(() => {
          submitting.current = true;
        })}
      </div>
    </Form>
  );
}

/** A missing property is reported at its parent; the parameter says which one is meant. */
function fieldOf(error: RJSFValidationError): string {
  return (
    (error.property ?? '').replace(/^\./, '').replaceAll('.', '_') || String(error.params?.['missingProperty'] ?? '')
  );
}

import { NativeSelect, TextInput, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { parseHeaders } from '../wasm/route';
import { TryExchange } from '../wasm/TryExchange';
import type { Operation, Parameter } from './openapi';
import { firstValues, keyOf, missing, requestOf } from './operation-request';

interface Props {
  /** The component that answers. */
  of: string;
  url: string | null;
  operation: Operation;
  basePath: string;
}

/** One operation of an API as a form, sent by Polder through the gateway to the component that provides it. */
export function TryOperation({ of, url, operation, basePath }: Props) {
  const [base, setBase] = useState(basePath);
  const [values, setValues] = useState(() => firstValues(operation));
  const [headerText, setHeaderText] = useState('');
  const [body, setBody] = useState(operation.body?.example ?? '');
  const { headers, fault } = useMemo(() => parseHeaders(headerText), [headerText]);
  const request = requestOf(operation, base, values, headers, body);
  const lacking = missing(operation, values);
  const noBody = operation.body?.required === true && body === '';
  return (
    <TryExchange of={of} url={url} request={request} incomplete={fault !== null || noBody || lacking.length > 0}>
      {basePath !== '' && (
        <TextInput
          label="Base path"
          size="xs"
          description="From the servers of the definition; the host is the component’s in Polder."
          value={base}
          onChange={(e) => {
            setBase(e.currentTarget.value);
          }}
        />
      )}
      {operation.parameters.map((parameter, i) => (
        <Field
          key={keyOf(parameter)}
          parameter={parameter}
          focus={i === 0}
          value={values[keyOf(parameter)] ?? ''}
          onChange={(value) => {
            setValues((old) => ({ ...old, [keyOf(parameter)]: value }));
          }}
        />
      ))}
      {operation.body && (
        <Textarea
          label={`Body, ${operation.body.type}`}
          size="xs"
          autosize
          minRows={3}
          maxRows={16}
          required={operation.body.required}
          data-autofocus={operation.parameters.length === 0 || undefined}
          styles={{ input: { fontFamily: 'var(--p-mono)' } }}
          value={body}
          onChange={(e) => {
            setBody(e.currentTarget.value);
          }}
        />
      )}
      <Textarea
        label="More headers"
        size="xs"
        autosize
        minRows={1}
        maxRows={6}
        placeholder="authorization: Bearer …"
        error={fault}
        styles={{ input: { fontFamily: 'var(--p-mono)' } }}
        value={headerText}
        onChange={(e) => {
          setHeaderText(e.currentTarget.value);
        }}
      />
    </TryExchange>
  );
}

function Field(props: { parameter: Parameter; focus: boolean; value: string; onChange: (value: string) => void }) {
  const { parameter, focus, value, onChange } = props;
  const { name, where, type, required, values, description, list } = parameter;
  const shared = {
    label: `${name} (${where})`,
    description,
    size: 'xs',
    required: required || where === 'path',
    'data-autofocus': focus || undefined,
    value,
  };
  const choices = values.length > 0 ? values : type === 'boolean' ? ['true', 'false'] : [];
  if (choices.length > 0 && !list) {
    return (
      <NativeSelect
        {...shared}
        data={[{ value: '', label: required ? 'Choose one' : 'Left out' }, ...choices]}
        onChange={(e) => {
          onChange(e.currentTarget.value);
        }}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      placeholder={list ? `${type}, with commas between` : type}
      onChange={(e) => {
        onChange(e.currentTarget.value);
      }}
    />
  );
}

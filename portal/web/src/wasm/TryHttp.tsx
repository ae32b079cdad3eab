import { NativeSelect, TextInput, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { fillRoute, parseHeaders, routeParts } from './route';
import { TryExchange } from './TryExchange';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const BODILESS = ['GET', 'HEAD'];

interface Props {
  of: string;
  route: string;
  url: string | null;
}

/** A request along one route, sent by Polder through the gateway as a user of the app would. */
export function TryHttp({ of, route, url }: Props) {
  const { parameters, rest: hasRest } = useMemo(() => routeParts(route), [route]);
  const [method, setMethod] = useState('GET');
  const [values, setValues] = useState<Record<string, string>>({});
  const [rest, setRest] = useState('');
  const [query, setQuery] = useState('');
  const [headerText, setHeaderText] = useState('');
  const [body, setBody] = useState('');
  const { headers, fault } = useMemo(() => parseHeaders(headerText), [headerText]);
  const path = fillRoute(route, values, rest, query);
  const request = { method, path, headers, body: BODILESS.includes(method) ? '' : body };
  const missing = parameters.filter((name) => !values[name]);

  return (
    <TryExchange of={of} url={url} request={request} incomplete={fault !== null || missing.length > 0}>
      <div className="row row-top">
        <NativeSelect
          label="Method"
          size="xs"
          w={110}
          data={METHODS}
          value={method}
          onChange={(e) => {
            setMethod(e.currentTarget.value);
          }}
        />
        <TextInput
          label="Query"
          size="xs"
          flex={1}
          placeholder="name=value&more=…"
          value={query}
          onChange={(e) => {
            setQuery(e.currentTarget.value);
          }}
        />
      </div>
      {parameters.map((name, i) => (
        <TextInput
          key={name}
          data-autofocus={i === 0 || undefined}
          label={`:${name}`}
          size="xs"
          required
          value={values[name] ?? ''}
          onChange={(e) => {
            const value = e.currentTarget.value;
            setValues((old) => ({ ...old, [name]: value }));
          }}
        />
      ))}
      {hasRest && (
        <TextInput
          label="Rest of the path"
          data-autofocus={parameters.length === 0 || undefined}
          size="xs"
          placeholder="what stands for …"
          value={rest}
          onChange={(e) => {
            setRest(e.currentTarget.value);
          }}
        />
      )}
      <Textarea
        label="Headers"
        size="xs"
        autosize
        minRows={1}
        maxRows={6}
        placeholder="accept: application/json"
        error={fault}
        styles={{ input: { fontFamily: 'var(--p-mono)' } }}
        value={headerText}
        onChange={(e) => {
          setHeaderText(e.currentTarget.value);
        }}
      />
      {!BODILESS.includes(method) && (
        <Textarea
          label="Body"
          size="xs"
          autosize
          minRows={3}
          maxRows={14}
          styles={{ input: { fontFamily: 'var(--p-mono)' } }}
          value={body}
          onChange={(e) => {
            setBody(e.currentTarget.value);
          }}
        />
      )}
    </TryExchange>
  );
}

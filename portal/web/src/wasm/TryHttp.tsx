import { Button, NativeSelect, TextInput, Textarea } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMemo, useState, type FormEvent, type KeyboardEvent } from 'react';
import { tryApp, type TryAnswer } from '../api/app';
import { CopyButton } from '../ui/Copy';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { curlOf, fillRoute, parseHeaders, routeParts } from './route';
import { Answer } from './Answer';
import { useAttempt } from './useAttempt';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const BODILESS = ['GET', 'HEAD'];

interface Props {
  of: string;
  route: string;
  url: string | null;
  method?: string;
  body?: string;
  headers?: string;
}

/** A request along one route, sent by Polder through the gateway as a user of the app would. */
export function TryHttp({
  of,
  route,
  url,
  method: first = 'GET',
  body: firstBody = '',
  headers: firstHeaders = '',
}: Props) {
  const { parameters, rest: hasRest } = useMemo(() => routeParts(route), [route]);
  const [method, setMethod] = useState(first);
  const [values, setValues] = useState<Record<string, string>>({});
  const [rest, setRest] = useState('');
  const [query, setQuery] = useState('');
  const [headerText, setHeaderText] = useState(firstHeaders);
  const [body, setBody] = useState(firstBody);
  const attempt = useAttempt<TryAnswer>(of);
  const { headers, fault } = useMemo(() => parseHeaders(headerText), [headerText]);
  const path = fillRoute(route, values, rest, query);
  const request = { method, path, headers, body: BODILESS.includes(method) ? '' : body };
  const missing = parameters.filter((name) => !values[name]);

  const send = () => {
    if (fault === null && missing.length === 0) attempt.send((signal) => tryApp(of, request, signal));
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    send();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      send();
    }
  };
  const curl = curlOf(url ?? 'http://localhost/', request);
  return (
    <div className="stack">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl-Enter sends from any field */}
      <form className="stack-s" onSubmit={submit} onKeyDown={onKeyDown}>
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
        <div className="try-line row row-top">
          <span className="mono break">
            {method} {url?.replace(/\/$/, '')}
            {path}
          </span>
          <span className="push">
            <CopyButton text={curl} what="it as a curl command" />
          </span>
        </div>
        <div className="row">
          <Button type="submit" size="xs" leftSection={<IconPlayerPlay size={14} />} loading={attempt.pending}>
            Send
          </Button>
          {attempt.pending && (
            <Button size="xs" variant="default" onClick={attempt.cancel}>
              Cancel
            </Button>
          )}
          <span className="tiny dim push">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </div>
      </form>
      <div aria-live="polite" aria-busy={attempt.pending}>
        {attempt.pending && attempt.answer === null && <Loading rows={3} what="Waiting for the answer" />}
        {attempt.error !== null && (
          <ErrorState
            what="The request was not sent"
            error={attempt.error}
            kept="What you filled in is still here."
            retry={send}
          />
        )}
        {attempt.answer && <Answer answer={attempt.answer} method={method} />}
      </div>
    </div>
  );
}

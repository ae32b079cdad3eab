import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { tryApp, type TryAnswer, type TryRequest } from '../api/app';
import { ActButton } from '../ui/ActButton';
import { CopyButton } from '../ui/Copy';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Answer } from './Answer';
import { curlOf } from './route';
import { TryForm } from './TryForm';
import { useAttempt } from './useAttempt';
import './app.css';

interface Props {
  of: string;
  /** The app's, with a slash at its end. */
  url: string | null;
  request: TryRequest;
  /** Whether something that the request needs is not filled in yet. */
  incomplete: boolean;
  /** The fields that make the request. */
  children: ReactNode;
}

/** A request that is being filled in, what it will be, and what came back; Ctrl-Enter sends it from any field. */
export function TryExchange({ of, url, request, incomplete, children }: Props) {
  const attempt = useAttempt<TryAnswer>(of);
  const send = () => {
    if (!incomplete) attempt.send((signal) => tryApp(of, request, signal));
  };
  return (
    <div className="stack">
      <TryForm send={send}>
        {children}
        <div className="try-line row row-top">
          <span className="mono break">
            {request.method} {url?.replace(/\/$/, '')}
            {request.path}
          </span>
          <span className="push">
            <CopyButton text={curlOf(url ?? 'http://localhost/', request)} what="it as a curl command" />
          </span>
        </div>
        <div className="row">
          <ActButton type="submit" size="xs" leftSection={<IconPlayerPlay size={14} />} loading={attempt.pending}>
            Send
          </ActButton>
          {attempt.pending && (
            <Button size="xs" variant="default" onClick={attempt.cancel}>
              Cancel
            </Button>
          )}
          <span className="tiny dim push">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </div>
      </TryForm>
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
        {attempt.answer && <Answer answer={attempt.answer} method={request.method} />}
      </div>
    </div>
  );
}

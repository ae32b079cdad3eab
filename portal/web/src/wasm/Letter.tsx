import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getDeadLetter, payloadUrl, type DeadLetter, type WholeDeadLetter } from '../api/events';
import { bytes } from '../format/numbers';
import { ActButton } from '../ui/ActButton';
import { CopyButton } from '../ui/Copy';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { Time } from '../ui/Time';
import { readable } from './Answer';
import { fromBase64, hexDump } from './hex';
import type { LetterActions } from './useLetterActions';

/** Of a payload that is no text. */
const MOST_HEX = 4096;

/** One dead letter: where it came from, why it failed, and what it says. */
export function Letter({ of, id, actions }: { of: string; id: string; actions: LetterActions }) {
  const query = useQuery({
    queryKey: ['dead-letter', of, id],
    queryFn: ({ signal }) => getDeadLetter(of, id, signal),
    retry: false,
  });
  if (query.isPending) return <Loading rows={4} what="Reading the dead letter" />;
  if (!query.data)
    return (
      <ErrorState what="The dead letter could not be read" error={query.error} retry={() => void query.refetch()} />
    );
  const letter = query.data;
  return (
    <div className="stack">
      <FactsList
        facts={[
          ['Subject', <code key="subject">{letter.subject}</code>],
          ['Trigger', `${letter.trigger} (${letter.kind})`],
          ['Component', letter.component],
          ['Source', <code key="source">{letter.source}</code>],
          ['Reply to', letter.replyTo ? <code key="reply">{letter.replyTo}</code> : null],
          ['First came', <Time key="first" at={letter.firstAt} />],
          ['Given up', <Time key="at" at={letter.at} />],
          ['Attempts', letter.attempts],
          ...letter.metadata.map(({ name, value }): [string, string] => [name, value]),
        ]}
      />
      <LetterButtons letter={letter} actions={actions} />
      <h3>Last error</h3>
      <pre className="compiler-words" tabIndex={0} role="region" aria-label="Last error">
        {letter.error}
      </pre>
      <Payload of={of} letter={letter} />
    </div>
  );
}

function Payload({ of, letter }: { of: string; letter: WholeDeadLetter }) {
  const { encoding, data, shown } = letter.payload;
  const kept = letter.truncated ? shown : letter.bytes;
  const text = useMemo(
    () => (encoding === 'text' ? readable(data, 'application/json') : hexDump(fromBase64(data.slice(0, MOST_HEX)))),
    [encoding, data],
  );
  const seen = encoding === 'text' ? shown : Math.min(shown, (MOST_HEX / 4) * 3);
  return (
    <section className="stack-s" aria-label="Payload">
      <div className="row row-wrap">
        <h3>Payload</h3>
        <span className="small dim num">
          {bytes(letter.bytes)}
          {encoding === 'base64' && ', not text'}
          {letter.truncated && ', too large to be delivered: its beginning was kept'}
        </span>
        <span className="push row">
          {encoding === 'text' && seen === kept && <CopyButton text={data} what="the payload" />}
          {kept > 0 && (
            <Button
              component="a"
              href={payloadUrl(of, letter.id)}
              download
              size="compact-xs"
              variant="default"
              leftSection={<IconDownload size={14} />}
            >
              Download
            </Button>
          )}
        </span>
      </div>
      <pre
        className={encoding === 'text' ? 'letter-payload mono' : 'letter-payload letter-bytes mono'}
        tabIndex={0}
        role="region"
        aria-label="Payload of the event"
      >
        {text === '' ? '(empty)' : text}
      </pre>
      {seen < kept && <p className="small dim">The first {bytes(seen)} are shown.</p>}
    </section>
  );
}

/** The two things to do with a letter. */
export function LetterButtons({ letter, actions }: { letter: DeadLetter; actions: LetterActions }) {
  return (
    <span className="row push">
      <ActButton
        size="compact-xs"
        variant="default"
        loading={actions.busy === letter.id}
        disabled={letter.truncated}
        title={letter.truncated ? 'Only the beginning of its payload was kept' : undefined}
        aria-label={`Deliver again: the event of ${letter.subject}`}
        onClick={() => {
          actions.again(letter);
        }}
      >
        Deliver again
      </ActButton>
      <ActButton
        size="compact-xs"
        variant="subtle"
        color="red"
        aria-label={`Delete the event of ${letter.subject}`}
        onClick={() => {
          actions.remove(letter);
        }}
      >
        Delete
      </ActButton>
    </span>
  );
}

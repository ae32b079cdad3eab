import { Button, Modal } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  deleteAllDeadLetters,
  deleteDeadLetter,
  getDeadLetter,
  listDeadLetters,
  listEventTriggers,
  redeliver,
  redeliverAll,
  type DeadLetter,
} from '../api/events';
import { bytes, plural } from '../format/numbers';
import { CopyButton } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { SidePanel } from '../ui/SidePanel';
import { Time } from '../ui/Time';
import { toast } from '../ui/toasts';
import { useUrlState } from '../ui/useUrlState';
import { errorWords } from './error-words';
import './dead-letters.css';

type Asking = { letter: DeadLetter } | 'all' | null;

/** The events of a workload that no attempt could deliver; nothing where no event wakes it. */
export function DeadLetters({ of }: { of: string }) {
  const [params, change] = useUrlState();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Asking>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const triggers = useQuery({
    queryKey: ['event-triggers', of],
    queryFn: ({ signal }) => listEventTriggers(of, signal),
    refetchInterval: 5_000,
  });
  const letters = useInfiniteQuery({
    queryKey: ['dead-letters', of],
    queryFn: ({ pageParam, signal }) => listDeadLetters(of, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 5_000,
  });
  const items = letters.data?.pages.flatMap((page) => page.items) ?? [];
  const total = letters.data?.pages[0]?.total ?? 0;
  const kept = letters.data?.pages[0]?.bytes ?? 0;
  if (!letters.error && total === 0 && !triggers.data?.length) return null;

  const attempt = async (what: string, key: string, work: () => Promise<string>) => {
    setBusy(key);
    try {
      toast({ kind: 'good', text: await work() });
      setAsking(null);
    } catch (error) {
      toast({
        kind: 'critical',
        text: `${what}: ${errorWords(error instanceof Error ? error.message : String(error))}`,
      });
    } finally {
      setBusy(null);
      await queries.invalidateQueries({ queryKey: ['dead-letters', of] });
      await queries.invalidateQueries({ queryKey: ['event-triggers', of] });
    }
  };
  const again = (letter: DeadLetter) =>
    void attempt('It failed again and stays', letter.id, async () => {
      await redeliver(of, letter.id);
      if (params.get('letter') === letter.id) change({ letter: null });
      return `Delivered the event of ${letter.subject}`;
    });
  const allAgain = () =>
    void attempt('They could not be delivered', 'all', async () => {
      const { delivered, failed } = await redeliverAll(of);
      return failed === 0
        ? `Delivered ${plural(delivered, 'event')}`
        : `Delivered ${plural(delivered, 'event')}; ${failed} failed again and stay`;
    });
  const remove = () =>
    void attempt('Deleting failed', 'delete', async () => {
      if (asking === null) return 'Nothing was deleted';
      if (asking === 'all') await deleteAllDeadLetters(of);
      else await deleteDeadLetter(of, asking.letter.id);
      change({ letter: null });
      return asking === 'all' ? `Deleted ${plural(total, 'dead letter')}` : 'Deleted the dead letter';
    });

  return (
    <Panel
      id="dead-letters"
      title="Dead letters"
      flush
      side={
        total > 0 && (
          <>
            <span className="dim small num">
              {total} · {bytes(kept)}
            </span>
            <Button size="xs" variant="default" loading={busy === 'all'} onClick={allAgain}>
              Deliver all again
            </Button>
            <Button
              size="xs"
              variant="subtle"
              color="red"
              onClick={() => {
                setAsking('all');
              }}
            >
              Delete all
            </Button>
          </>
        )
      }
    >
      {letters.error && (
        <ErrorState
          what="The dead letters could not be read"
          error={letters.error}
          retry={() => void letters.refetch()}
        />
      )}
      {letters.isPending && <Loading rows={2} what="Reading the dead letters" />}
      {letters.isSuccess && total === 0 && (
        <EmptyState
          compact
          icon={IconMailCheck}
          title="No dead letters"
          text="Every event was handled. One that fails at each attempt is kept here, to be looked at and delivered again."
        />
      )}
      {items.length > 0 && (
        <ul className="plain-list">
          {items.map((letter) => (
            <li key={letter.id} className="list-row dead-letter small">
              <button
                type="button"
                className="dead-letter-subject mono clip"
                title={letter.subject}
                onClick={() => {
                  change({ letter: letter.id }, { push: true });
                }}
              >
                {letter.subject}
              </button>
              <span className="dim nowrap">{letter.trigger}</span>
              <span className="dead-letter-error clip" title={letter.error}>
                {errorWords(letter.error)}
              </span>
              <span className="dim nowrap num">{plural(letter.attempts, 'attempt')}</span>
              <span className="dim">
                <Time at={letter.at} />
              </span>
              <Actions
                letter={letter}
                busy={busy}
                again={again}
                remove={() => {
                  setAsking({ letter });
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {letters.hasNextPage && (
        <div className="panel-body">
          <Button
            size="xs"
            variant="default"
            loading={letters.isFetchingNextPage}
            onClick={() => void letters.fetchNextPage()}
          >
            Show older ones
          </Button>
        </div>
      )}
      <SidePanel
        opened={params.get('letter') !== null}
        onClose={() => {
          change({ letter: null });
        }}
        title="Dead letter"
      >
        {params.get('letter') && (
          <Letter
            of={of}
            id={params.get('letter') ?? ''}
            busy={busy}
            again={again}
            remove={(letter) => {
              setAsking({ letter });
            }}
          />
        )}
      </SidePanel>
      <Modal
        opened={asking !== null}
        onClose={() => {
          setAsking(null);
        }}
        title={asking === 'all' ? `Delete ${plural(total, 'dead letter')}?` : 'Delete this dead letter?'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className="stack">
          <p>
            {asking === 'all'
              ? 'Their payloads are gone for good; their sources do not bring them again.'
              : `The event of ${asking?.letter.subject ?? ''} is gone for good; its source does not bring it again.`}
          </p>
          <div className="row">
            <Button color="red" loading={busy === 'delete'} onClick={remove}>
              {asking === 'all' ? 'Delete all' : 'Delete it'}
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setAsking(null);
              }}
            >
              Keep
            </Button>
          </div>
        </div>
      </Modal>
    </Panel>
  );
}

function Actions(props: {
  letter: DeadLetter;
  busy: string | null;
  again: (letter: DeadLetter) => void;
  remove: () => void;
}) {
  const { letter, busy, again, remove } = props;
  return (
    <span className="row push">
      <Button
        size="compact-xs"
        variant="default"
        loading={busy === letter.id}
        disabled={letter.truncated}
        title={letter.truncated ? 'Only the beginning of its payload was kept' : undefined}
        aria-label={`Deliver again: the event of ${letter.subject}`}
        onClick={() => {
          again(letter);
        }}
      >
        Deliver again
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="red"
        aria-label={`Delete the event of ${letter.subject}`}
        onClick={remove}
      >
        Delete
      </Button>
    </span>
  );
}

function Letter(props: {
  of: string;
  id: string;
  busy: string | null;
  again: (letter: DeadLetter) => void;
  remove: (letter: DeadLetter) => void;
}) {
  const { of, id, busy, again, remove } = props;
  const query = useQuery({
    queryKey: ['dead-letters', of, id],
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
          ['First came', <Time key="first" at={letter.firstAt} />],
          ['Given up', <Time key="at" at={letter.at} />],
          ['Attempts', letter.attempts],
          ['Payload', `${bytes(letter.bytes)}${letter.truncated ? ', of which the beginning was kept' : ''}`],
        ]}
      />
      <h3>Last error</h3>
      <pre className="compiler-words" tabIndex={0} role="region" aria-label="Last error">
        {letter.error}
      </pre>
      <div className="row">
        <h3>Payload{letter.payload.encoding === 'base64' ? ' in Base64' : ''}</h3>
        <CopyButton text={letter.payload.data} what="the payload" />
      </div>
      <pre className="compiler-words" tabIndex={0} role="region" aria-label="Payload">
        {letter.payload.data === '' ? '(empty)' : letter.payload.data}
      </pre>
      <Actions
        letter={letter}
        busy={busy}
        again={again}
        remove={() => {
          remove(letter);
        }}
      />
    </div>
  );
}

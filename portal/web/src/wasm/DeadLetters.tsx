import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconMailCheck, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { listDeadLetters, listEventTriggers, type DeadLetter } from '../api/events';
import { bytes, count, plural } from '../format/numbers';
import { ActButton } from '../ui/ActButton';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { SidePanel } from '../ui/SidePanel';
import { Time } from '../ui/Time';
import { useUrlState } from '../ui/useUrlState';
import { errorWords } from './error-words';
import { Letter, LetterButtons } from './Letter';
import { useLetterActions, type LetterActions } from './useLetterActions';
import './dead-letters.css';

const NONE: DeadLetter[] = [];

/**
 * The events of a workload that no attempt could deliver, a page at a time; nothing where no event wakes it. Filter, words,
 * page and the open one stand in the URL.
 */
export function DeadLetters({ of }: { of: string }) {
  const [params, change] = useUrlState();
  const trigger = params.get('dead-of') ?? '';
  const words = params.get('dead') ?? '';
  const [before = '', skipped = '0'] = (params.get('dead-from') ?? '').split('.');
  const open = params.get('letter');
  const triggers = useQuery({
    queryKey: ['event-triggers', of],
    queryFn: ({ signal }) => listEventTriggers(of, signal),
    refetchInterval: 5_000,
  });
  const wanted = { trigger, words, before };
  const letters = useQuery({
    queryKey: ['dead-letters', of, wanted],
    queryFn: ({ signal }) => listDeadLetters(of, wanted, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  const actions = useLetterActions(of, trigger, (id) => {
    if (id === open) change({ letter: null });
  });
  const { items = NONE, total = 0, next = null } = letters.data ?? {};
  const list = useRef<HTMLUListElement>(null);
  const left = useRef<number | null>(null);
  useEffect(() => {
    // Whoever acted on a row that is gone goes on at the one in its place.
    if (left.current === null) return;
    const at = left.current;
    left.current = null;
    if (document.activeElement !== document.body) return;
    const rows = list.current?.querySelectorAll('li') ?? [];
    rows[Math.min(at, rows.length - 1)]?.querySelector('button')?.focus();
  }, [items]);
  if (!letters.error && total === 0 && !triggers.data?.length) return null;

  const kinds = (triggers.data ?? []).filter((t) => t.deadLetters > 0 || t.id === trigger);
  const matching = trigger === '' ? total : (kinds.find((t) => t.id === trigger)?.deadLetters ?? 0);
  const first = Number(skipped) + 1;
  return (
    <Panel
      id="dead-letters"
      title="Dead letters"
      flush
      side={
        total > 0 && (
          <>
            <span className="dim small num">
              {count(total)} · {bytes(letters.data?.bytes ?? 0)}
            </span>
            {words === '' && <ForAll of={trigger} actions={actions} />}
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
      {total > 0 && (
        <div className="dead-letter-bar row row-wrap">
          <Words
            value={words}
            onChange={(value) => {
              change({ dead: value, 'dead-from': null });
            }}
          />
          {kinds.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label="Dead letters of"
              value={trigger}
              data={[
                { value: '', label: `All triggers (${count(total)})` },
                ...kinds.map((t) => ({ value: t.id, label: `${t.kind} ${t.source} (${count(t.deadLetters)})` })),
              ]}
              onChange={(e) => {
                change({ 'dead-of': e.currentTarget.value, 'dead-from': null });
              }}
            />
          )}
          <span className="tiny dim num" aria-live="polite">
            {items.length === 0
              ? 'none of them'
              : `${count(first)}–${count(first + items.length - 1)}${words === '' ? ` of ${count(matching)}` : ''}`}
          </span>
          {(before !== '' || next !== null) && (
            <span className="row push">
              <Button
                size="compact-xs"
                variant="default"
                disabled={before === ''}
                onClick={() => {
                  change({ 'dead-from': null });
                }}
              >
                Newest
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                disabled={next === null}
                onClick={() => {
                  change({ 'dead-from': `${next ?? ''}.${first + items.length - 1}` }, { push: true });
                }}
              >
                Older
              </Button>
            </span>
          )}
        </div>
      )}
      {items.length > 0 && (
        <ul
          ref={list}
          className={`plain-list${letters.isPlaceholderData ? ' table-stale' : ''}`}
          aria-label="Dead letters"
        >
          {items.map((letter, i) => (
            <Row
              key={letter.id}
              letter={letter}
              actions={actions}
              onAct={() => {
                left.current = i;
              }}
              onOpen={() => {
                change({ letter: letter.id }, { push: true });
              }}
            />
          ))}
        </ul>
      )}
      <SidePanel
        opened={open !== null}
        onClose={() => {
          change({ letter: null });
        }}
        title="Dead letter"
      >
        {open !== null && <Letter of={of} id={open} actions={actions} />}
      </SidePanel>
    </Panel>
  );
}

/** What is done to all letters, or to those of one trigger. */
function ForAll({ of, actions }: { of: string; actions: LetterActions }) {
  const which = of === '' ? 'all' : 'these';
  return (
    <>
      {actions.busy === 'all' && (
        <span className="small dim" role="status">
          delivering them, the oldest first
        </span>
      )}
      <ActButton size="xs" variant="default" loading={actions.busy === 'all'} onClick={actions.allAgain}>
        Deliver {which} again
      </ActButton>
      <ActButton size="xs" variant="subtle" color="red" loading={actions.busy === 'delete'} onClick={actions.removeAll}>
        Delete {which}
      </ActButton>
    </>
  );
}

function Words({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onChange, 200);
  return (
    <TextInput
      size="xs"
      w={220}
      leftSection={<IconSearch size={14} />}
      placeholder="Subject or error"
      aria-label="Search the dead letters"
      value={text}
      onChange={(e) => {
        setText(e.currentTarget.value);
        later(e.currentTarget.value.trim());
      }}
    />
  );
}

function Row(props: { letter: DeadLetter; actions: LetterActions; onAct: () => void; onOpen: () => void }) {
  const { letter, actions, onAct, onOpen } = props;
  return (
    <li className="list-row dead-letter small">
      <button type="button" className="dead-letter-subject mono clip" title={letter.subject} onClick={onOpen}>
        {letter.subject || '(no subject)'}
      </button>
      <span className="dim nowrap">{letter.trigger}</span>
      <span className="dead-letter-error clip" title={letter.error}>
        {errorWords(letter.error)}
      </span>
      <span className="dim nowrap num">{plural(letter.attempts, 'attempt')}</span>
      <span className="dim">
        <Time at={letter.at} />
      </span>
      <span className="push" onClickCapture={onAct}>
        <LetterButtons letter={letter} actions={actions} />
      </span>
    </li>
  );
}

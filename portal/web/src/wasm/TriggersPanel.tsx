import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { App, AppTrigger } from '../api/app';
import { listEventTriggers, type EventTrigger } from '../api/events';
import { count, plural } from '../format/numbers';
import { ActButton } from '../ui/ActButton';
import { ErrorState } from '../ui/ErrorState';
import { Panel } from '../ui/Panel';
import { Status, type StatusKind } from '../ui/Status';
import { Time } from '../ui/Time';
import { useUrlState } from '../ui/useUrlState';
import { errorWords } from './error-words';
import { TryPanel } from './TryPanel';

/** What makes the app run, each with a button to try it. Which one is being tried stands in the URL. */
export function TriggersPanel({ of, app, url }: { of: string; app: App; url: string | null }) {
  const [params, change] = useUrlState();
  const tried = app.triggers.find((t) => t.id === params.get('try')) ?? null;
  const hasEvents = app.triggers.some((t) => t.kind !== 'http');
  const events = useQuery({
    queryKey: ['event-triggers', of],
    queryFn: ({ signal }) => listEventTriggers(of, signal),
    enabled: hasEvents,
    refetchInterval: 3_000,
  });
  return (
    <Panel title={app.triggers.length === 1 ? 'Trigger' : 'Triggers'} flush>
      {events.error && (
        <ErrorState
          what="The event triggers could not be read"
          error={events.error}
          retry={() => void events.refetch()}
        />
      )}
      <ul className="plain-list">
        {app.triggers.map((trigger) => (
          <TriggerRow
            key={trigger.id}
            trigger={trigger}
            running={events.data?.find((e) => e.id === trigger.id) ?? null}
            onTry={() => {
              change({ try: trigger.id }, { push: true });
            }}
          />
        ))}
      </ul>
      <TryPanel
        of={of}
        trigger={tried}
        url={url}
        onClose={() => {
          change({ try: null });
        }}
      />
    </Panel>
  );
}

function TriggerRow({
  trigger,
  running,
  onTry,
}: {
  trigger: AppTrigger;
  running: EventTrigger | null;
  onTry: () => void;
}) {
  const isPrivate = trigger.kind === 'http' && trigger.source === null;
  return (
    <li className="trigger small">
      <span className="trigger-kind">{trigger.kind}</span>
      <span className="row row-wrap">
        {isPrivate ? <span className="tag">private</span> : <span className="mono break">{trigger.source}</span>}
        <span className="dim">{leadsTo(trigger)}</span>
      </span>
      {isPrivate ? (
        <span className="dim tiny">from inside only</span>
      ) : (
        <ActButton
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPlay size={14} />}
          aria-label={`Try ${trigger.kind} ${trigger.source ?? ''}`}
          onClick={onTry}
        >
          Try
        </ActButton>
      )}
      {running && <EventLine of={running} />}
    </li>
  );
}

function leadsTo({ executor, component }: AppTrigger): ReactNode {
  if (executor === 'static') return 'a response that is always the same';
  return (
    <>
      to <span className="mono">{component}</span>
      {executor === 'wagi' && ', by WAGI'}
    </>
  );
}

const STATES: Record<string, StatusKind> = {
  connected: 'good',
  connecting: 'notice',
  retrying: 'warning',
  stopped: 'unknown',
};

function EventLine({ of }: { of: EventTrigger }) {
  return (
    <div className="trigger-more row row-wrap tiny dim">
      <Status kind={STATES[of.state] ?? 'unknown'} word={of.state} quiet />
      <span>{of.delivery.replaceAll('-', ' ')}</span>
      <span className="num">{plural(of.received, 'event')}</span>
      {of.failed > 0 && <span className="num">{count(of.failed)} failed</span>}
      {of.waiting > 0 && <span className="num">{count(of.waiting)} waiting</span>}
      {of.dropped > 0 && <span className="num">{count(of.dropped)} dropped</span>}
      {of.deadLetters > 0 && (
        <a href="#dead-letters">
          <Status kind="warning" word={plural(of.deadLetters, 'dead letter')} />
        </a>
      )}
      {of.nextAt && (
        <span>
          next <Time at={of.nextAt} />
        </span>
      )}
      {of.lastError && (
        <span className="break">
          last error <Time at={of.lastError.at} />: {errorWords(of.lastError.message)}
        </span>
      )}
    </div>
  );
}

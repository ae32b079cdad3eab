import { MultiSelect } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { workloadPath } from '../api/polder';
import { useStream } from '../api/stream';
import type { LogLine } from '../api/types';
import { plural } from '../format/numbers';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { FilterButton } from '../ui/FilterButton';
import { Panel } from '../ui/Panel';
import { useUrlState } from '../ui/useUrlState';
import { chosenLines, componentOptions } from './log-filter';
import { LogViewer } from './LogViewer';

const SOURCES = ['stdout', 'stderr', 'build', 'access'];
const MOST_LINES = 20_000;

/** Lines came faster than this page took them: their place says so. */
function gap(data: string, after: number): LogLine {
  const { missed } = JSON.parse(data) as { missed: number };
  const text = `${plural(missed, 'line')} missed here: they came faster than they could be sent`;
  return { id: after + 1, at: new Date().toISOString(), stream: 'stderr', component: null, text };
}

/** The workload's log, live. Lines arrive in bursts, so they are added to the page a few times a second. */
export function LogsPanel({ of }: { of: string }) {
  const [params, change] = useUrlState();
  const [lines, setLines] = useState<LogLine[]>([]);
  const pending = useRef<LogLine[]>([]);
  const last = useRef(0);
  const chosen = params.getAll('log');
  const components = params.getAll('component');

  const { state, error } = useStream(
    `${workloadPath(of)}/logs/stream`,
    useCallback((event) => {
      if (event.event !== 'log' && event.event !== 'gap') return undefined;
      const line = event.event === 'gap' ? gap(event.data, last.current) : (JSON.parse(event.data) as LogLine);
      // After a reconnect the server may send what is already here.
      if (line.id <= last.current) return undefined;
      last.current = line.id;
      if (pending.current.push(line) === 1) {
        setTimeout(() => {
          const burst = pending.current;
          pending.current = [];
          setLines((old) => [...old, ...burst].slice(-MOST_LINES));
        }, 150);
      }
      return undefined;
    }, []),
    () => `?after=${last.current}`,
  );
  const shown = useMemo(() => chosenLines(lines, chosen, components), [lines, chosen, components]);
  const options = useMemo(() => componentOptions(lines), [lines]);
  return (
    <Panel title="Logs" flush>
      {state === 'refused' && <ErrorState what="The log could not be opened" error={error} />}
      <LogViewer
        lines={shown}
        label="Log"
        fileName={`${of.replaceAll(/[:/]/g, '-')}.log`}
        sources={
          <>
            <MultiSelect
              size="xs"
              w={220}
              aria-label="Sources"
              placeholder={chosen.length === 0 ? 'All sources' : ''}
              data={SOURCES}
              value={chosen}
              onChange={(values) => {
                change({ log: values });
              }}
            />
            {(options.length > 1 || components.length > 0) && (
              <FilterButton
                label="Component"
                options={options}
                chosen={components}
                onChange={(values) => {
                  change({ component: values });
                }}
              />
            )}
          </>
        }
        empty={
          <EmptyState
            compact
            icon={IconTerminal2}
            title="Nothing logged yet"
            text="What the service writes to its output appears here at once."
          />
        }
      />
    </Panel>
  );
}

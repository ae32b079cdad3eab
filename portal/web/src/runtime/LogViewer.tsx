import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { IconClock, IconCopy, IconDownload, IconSearch, IconTextWrap } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { download } from '../catalog/export';
import { count, plural } from '../format/numbers';
import { copyText } from '../ui/Copy';
import { parseAnsi, plainText } from './ansi';
import { clockTime } from '../format/time';
import './log.css';

export interface Line {
  id: number;
  at: string;
  text: string;
  /** Where it came from; `stderr` and `error` are marked. */
  source: string;
  /** Whose line it is, where that has to be said. */
  tag?: string;
}

/** How long after a person's last move a scroll still counts as theirs. */
const HAND_MS = 400;

interface Props {
  lines: Line[];
  label: string;
  fileName: string;
  empty: ReactNode;
  height?: number | string;
  sources?: ReactNode;
}

/** A log: ANSI colours, search, wrap, times, follow, copy, download; only the lines in view are in the page. */
export function LogViewer({ lines, label, fileName, empty, height = 360, sources }: Props) {
  const [query, setQuery] = useState('');
  const [wrap, setWrap] = useState(true);
  const [times, setTimes] = useState(false);
  const [follow, setFollow] = useState(true);
  /** The last line that was there when following ended. */
  const [seen, setSeen] = useState(0);
  const lastTop = useRef(0);
  const touchedAt = useRef(-HAND_MS);
  const held = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const words = query.trim().toLowerCase();
    return words === '' ? lines : lines.filter((line) => plainText(line.text).toLowerCase().includes(words));
  }, [lines, query]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 20,
    getItemKey: (i) => shown[i]?.id ?? i,
    initialRect: { width: 800, height: 360 },
  });
  useEffect(() => {
    if (follow && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [follow, shown.length, virtual]);

  const text = () =>
    shown
      .map((line) => `${times ? `${line.at} ` : ''}${line.tag ? `${line.tag} ` : ''}${plainText(line.text)}`)
      .join('\n') + '\n';
  // A person's wheel, finger, key or scroll bar ends following when it goes up, and begins it again at the end. What
  // the list does by itself, such as measuring its lines, does neither.
  useEffect(() => {
    const node = box.current;
    if (!node) return undefined;
    const touched = () => {
      touchedAt.current = performance.now();
    };
    const hold = () => {
      held.current = true;
    };
    const release = () => {
      if (held.current) touched();
      held.current = false;
    };
    const quiet = { passive: true };
    for (const type of ['wheel', 'touchmove', 'keydown']) node.addEventListener(type, touched, quiet);
    node.addEventListener('pointerdown', hold, quiet);
    window.addEventListener('pointerup', release, quiet);
    return () => {
      for (const type of ['wheel', 'touchmove', 'keydown']) node.removeEventListener(type, touched);
      node.removeEventListener('pointerdown', hold);
      window.removeEventListener('pointerup', release);
    };
  }, []);
  const onScroll = () => {
    const node = box.current;
    if (!node) return;
    const up = node.scrollTop < lastTop.current;
    lastTop.current = node.scrollTop;
    if (performance.now() - touchedAt.current > HAND_MS && !held.current) return;
    const atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 32;
    if (up && !atEnd && follow) {
      setFollow(false);
      setSeen(shown.at(-1)?.id ?? 0);
    } else if (!up && atEnd && !follow) setFollow(true);
  };
  const unseen = follow ? 0 : shown.length - 1 - shown.findLastIndex((line) => line.id <= seen);
  return (
    <div className="log">
      <div className="log-bar">
        <TextInput
          size="xs"
          className="log-search"
          leftSection={<IconSearch size={14} />}
          placeholder="Search the log"
          aria-label={`Search ${label.toLowerCase()}`}
          value={query}
          onChange={(e) => {
            setQuery(e.currentTarget.value);
          }}
        />
        <span className="tiny dim num" aria-live="polite">
          {query ? `${count(shown.length)} of ${plural(lines.length, 'line')}` : plural(lines.length, 'line')}
        </span>
        {sources}
        <div className="row push">
          <Toggle label="Times" on={times} set={setTimes} icon={<IconClock size={15} />} />
          <Toggle label="Wrap long lines" on={wrap} set={setWrap} icon={<IconTextWrap size={15} />} />
          <Tooltip label="Copy what is shown">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Copy what is shown"
              onClick={() => void copyText(text())}
            >
              <IconCopy size={15} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Download what is shown">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Download what is shown"
              onClick={() => {
                download(fileName, 'text/plain', text());
              }}
            >
              <IconDownload size={15} />
            </ActionIcon>
          </Tooltip>
          <Button
            size="compact-xs"
            variant={follow ? 'light' : 'default'}
            aria-pressed={follow}
            onClick={() => {
              setSeen(shown.at(-1)?.id ?? 0);
              setFollow(!follow);
            }}
          >
            {unseen > 0 ? `Follow (${count(unseen)} new)` : 'Follow'}
          </Button>
        </div>
      </div>
      <div
        ref={box}
        className="log-lines"
        style={{ height }}
        role="log"
        aria-label={label}
        tabIndex={0}
        onScroll={onScroll}
      >
        {lines.length === 0 && empty}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = shown[item.index];
            return line ? (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className={`log-line log-${line.source}${wrap ? ' wrap' : ''}`}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {times && <span className="log-time">{clockTime(line.at)}</span>}
                {line.tag && <span className="log-tag">{line.tag}</span>}
                <LineText text={line.text} query={query.trim()} />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

function Toggle({ label, on, set, icon }: { label: string; on: boolean; set: (on: boolean) => void; icon: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={on ? 'light' : 'subtle'}
        color={on ? undefined : 'gray'}
        aria-label={label}
        aria-pressed={on}
        onClick={() => {
          set(!on);
        }}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function LineText({ text, query }: { text: string; query: string }) {
  if (query !== '') {
    const plain = plainText(text);
    const at = plain.toLowerCase().indexOf(query.toLowerCase());
    if (at >= 0) {
      return (
        <span>
          {plain.slice(0, at)}
          <mark>{plain.slice(at, at + query.length)}</mark>
          {plain.slice(at + query.length)}
        </span>
      );
    }
  }
  return (
    <span>
      {parseAnsi(text).map((span, i) => (
        <span
          key={i}
          style={{
            color: span.colour ? `var(--p-${span.colour})` : undefined,
            fontWeight: span.bold ? 700 : undefined,
            opacity: span.dim ? 0.75 : undefined,
          }}
        >
          {span.text}
        </span>
      ))}
    </span>
  );
}

import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { TryAnswer } from '../api/app';
import { download } from '../catalog/export';
import { bytes, plural } from '../format/numbers';
import { CopyButton } from '../ui/Copy';
import { Status, type StatusKind } from '../ui/Status';
import { shortTime } from './histogram';

const KINDS: Record<number, StatusKind> = { 1: 'notice', 2: 'good', 3: 'notice', 4: 'warning', 5: 'critical' };

/** JSON with indentation, everything else as it came. */
export function readable(body: string, type: string): string {
  if (!/[/+]json\b/i.test(type)) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** What came back: status, times, headers and body. Never rendered as a page: it is foreign text. */
export function Answer({ answer, method }: { answer: TryAnswer; method: string }) {
  const type = answer.headers.find((h) => h.name.toLowerCase() === 'content-type')?.value ?? '';
  const text = useMemo(() => (answer.body === null ? null : readable(answer.body, type)), [answer.body, type]);
  return (
    <section className="stack-s" aria-label="Answer">
      <div className="row row-wrap small">
        <Status kind={KINDS[Math.floor(answer.status / 100)] ?? 'unknown'} word={String(answer.status)} />
        <span className="num" title={`Status and headers after ${shortTime(answer.headMillis)}`}>
          {shortTime(answer.totalMillis)}
        </span>
        <span className="num dim">{bytes(answer.bytes)}</span>
        <span className="mono tiny dim clip">{type}</span>
        {text !== null && text !== '' && (
          <span className="push row">
            <CopyButton text={text} what="the body" />
          </span>
        )}
      </div>
      <Trace body={answer.body} type={type} />
      <details className="small">
        <summary>{plural(answer.headers.length, 'header')}</summary>
        <dl className="try-headers mono">
          {answer.headers.map((h, i) => (
            <HeaderRow key={i} name={h.name} value={h.value} />
          ))}
        </dl>
      </details>
      {text !== null && text !== '' && (
        <pre className="try-body" tabIndex={0} role="region" aria-label="Body of the answer">
          {text}
        </pre>
      )}
      {text === '' && (
        <p className="small dim">{method === 'HEAD' ? 'No body, as HEAD asks.' : 'The body is empty.'}</p>
      )}
      {answer.bodyBase64 !== null && <Binary base64={answer.bodyBase64} />}
      {answer.truncated && <p className="small">Only the first {bytes(answer.bytes)} are shown.</p>}
    </section>
  );
}

function HeaderRow({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="dim">{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** A problem body may name the limit that was passed and the trap that it came of. */
function Trace({ body, type }: { body: string | null; type: string }) {
  if (body === null || !type.includes('problem+json')) return null;
  let problem: { limit?: unknown; trap?: unknown; trace?: unknown };
  try {
    problem = JSON.parse(body) as typeof problem;
  } catch {
    return null;
  }
  const { limit, trap, trace } = problem;
  if (typeof limit !== 'string' && typeof trap !== 'string') return null;
  return (
    <p className="small">
      {typeof limit === 'string' && (
        <>
          It passed the limit <b className="mono">{limit}</b>.{' '}
        </>
      )}
      {typeof trap === 'string' && (
        <>
          The guest trapped: <b>{trap}</b>.{' '}
          <a href="#traps">{typeof trace === 'string' ? `Trap ${trace}` : 'See the last traps'}</a>
        </>
      )}
    </p>
  );
}

function Binary({ base64 }: { base64: string }) {
  return (
    <div className="row row-wrap small">
      <span className="dim">The body is not text.</span>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconDownload size={14} />}
        onClick={() => {
          const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          download('answer.bin', 'application/octet-stream', new Blob([bytes]));
        }}
      >
        Download
      </Button>
    </div>
  );
}

import { IconChevronRight, IconShieldCheck } from '@tabler/icons-react';
import type { Trap } from '../api/app';
import { isLibrary, ownFrame, placeOf, type Frame } from './frames';
import { count } from '../format/numbers';
import { CopyButton } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';

/** The last guests that were ended, with the way there. */
export function TrapsPanel({ traps, total }: { traps: Trap[]; total: number }) {
  return (
    <Panel
      id="traps"
      title="Last traps"
      flush
      side={
        total > 0 && (
          <span className="small dim num">
            {traps.length < total ? `the last ${count(traps.length)} of ${count(total)}` : count(total)} since the start
          </span>
        )
      }
    >
      {traps.length === 0 && (
        <EmptyState
          compact
          icon={IconShieldCheck}
          title="No trap since the start"
          text="A guest that crashes, loops past its deadline or passes a limit is shown here with its functions."
        />
      )}
      {traps.length > 0 && (
        <ul className="plain-list">
          {traps.map((trap) => (
            <li key={trap.id}>
              <details className="trap">
                <summary className="list-row row-wrap small">
                  <IconChevronRight size={14} className="trap-open" aria-hidden />
                  <Status kind="critical" word={trap.limit ?? trap.kind} />
                  <span className="mono break">{trap.request}</span>
                  <span className="dim">{trap.component}</span>
                  <Place frame={ownFrame(trap.frames)} />
                  <span className="push dim">
                    <Time at={trap.at} />
                  </span>
                </summary>
                <div className="panel-body stack-s">
                  <p className="small break">
                    {trap.limit && (
                      <>
                        It passed the limit <b className="mono">{trap.limit}</b>:{' '}
                      </>
                    )}
                    {trap.message}
                  </p>
                  {trap.frames.length > 0 && (
                    <ol className="frames" aria-label="Functions, the innermost first">
                      {trap.frames.map((frame, i) => (
                        <li key={i} className={isLibrary(frame) ? 'mono tiny dim' : 'mono tiny'}>
                          {frame.function}
                          {frame.file && <span className="dim"> {placeOf(frame)}</span>}
                        </li>
                      ))}
                    </ol>
                  )}
                  <div className="row tiny dim">
                    <span>
                      In the log and in the answer as <span className="mono">{trap.id}</span>
                    </span>
                    <CopyButton text={report(trap)} what="the trap" />
                  </div>
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Place({ frame }: { frame: Frame | null }) {
  if (!frame) return null;
  return (
    <span className="mono tiny break">
      {frame.function} <span className="dim">{placeOf(frame)}</span>
    </span>
  );
}

function report(trap: Trap): string {
  const frames = trap.frames.map((f) => `    at ${f.function}${f.file ? ` (${placeOf(f)})` : ''}`);
  return [`trap ${trap.id} at ${trap.at} in ${trap.component}: ${trap.request}`, trap.message, ...frames].join('\n');
}

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useConnection, type Connection } from '../api/connection';
import { getSession } from '../api/polder';
import { Status } from '../ui/Status';

const WORDS = { live: 'Live', connected: 'Connected' } as const;

function lostWord({ retryAt }: Connection, now: number): string {
  if (retryAt === null || retryAt <= now) return 'Connection lost, reconnecting';
  return `Connection lost, again in ${Math.ceil((retryAt - now) / 1000)} s`;
}

/** Says how the page stands with the server; while it is away, knocks now and then and refreshes once it is back. */
export function LiveState() {
  const state = useConnection();
  const queries = useQueryClient();
  const [now, setNow] = useState(() => Date.now());
  const wasLost = useRef(false);
  const lost = state.state === 'lost';

  useEffect(() => {
    if (!lost) {
      if (wasLost.current) void queries.invalidateQueries();
      wasLost.current = false;
      return;
    }
    wasLost.current = true;
    const tick = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    const knock = setInterval(() => {
      // Only to learn whether somebody answers; http.ts notes the outcome.
      getSession().catch(() => undefined);
    }, 4000);
    return () => {
      clearInterval(tick);
      clearInterval(knock);
    };
  }, [lost, queries]);

  return (
    <div role="status" aria-live="polite">
      {state.state === 'lost' ? (
        <Status kind="warning" word={lostWord(state, now)} />
      ) : (
        <Status kind={state.state === 'live' ? 'good' : 'unknown'} word={WORDS[state.state]} quiet />
      )}
    </div>
  );
}

import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { startWorkload, stopWorkload } from '../api/polder';
import type { App } from '../api/app';
import { ActButton } from '../ui/ActButton';
import { toast } from '../ui/toasts';

/** Stops an app at once, with the way back in the toast; starts one that is stopped. Nothing where no version ever served. */
export function StopButton({ of, app }: { of: string; app: App }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const stopped = app.state === 'stopped';
  if (!stopped && app.activity === null) return null;
  const change = async (stop: boolean, undo?: () => void) => {
    setBusy(true);
    try {
      await (stop ? stopWorkload(of) : startWorkload(of));
      toast({
        kind: 'good',
        text: stop ? 'It is stopped: requests get 503, events wait or are lost with their source' : 'It serves again',
        ...(undo ? { undo } : {}),
      });
    } catch (error) {
      toast({
        kind: 'critical',
        text: `${stop ? 'Stopping' : 'Starting'} failed: ${error instanceof Error ? error.message : String(error)}`,
      });
    } finally {
      setBusy(false);
      for (const key of ['workload', 'app', 'event-triggers']) void queries.invalidateQueries({ queryKey: [key, of] });
    }
  };
  return (
    <ActButton
      size="xs"
      variant="default"
      loading={busy}
      leftSection={stopped ? <IconPlayerPlay size={14} /> : <IconPlayerStop size={14} />}
      onClick={() => void change(!stopped, stopped ? undefined : () => void change(false))}
    >
      {stopped ? 'Start' : 'Stop'}
    </ActButton>
  );
}

import type { AppTrigger } from '../api/app';
import { SidePanel } from '../ui/SidePanel';
import { TryEvent } from './TryEvent';
import { TryHttp } from './TryHttp';

interface Props {
  of: string;
  trigger: AppTrigger | null;
  url: string | null;
  onClose: () => void;
}

/** A trigger by hand: a request along its route, or an event of its kind. */
export function TryPanel({ of, trigger, url, onClose }: Props) {
  return (
    <SidePanel opened={trigger !== null} onClose={onClose} title={trigger ? <TryTitle trigger={trigger} /> : ''}>
      {trigger &&
        (trigger.kind === 'http' ? (
          <TryHttp key={trigger.id} of={of} route={trigger.source ?? '/'} url={url} />
        ) : (
          <TryEvent key={trigger.id} of={of} trigger={trigger} />
        ))}
    </SidePanel>
  );
}

function TryTitle({ trigger }: { trigger: AppTrigger }) {
  return (
    <>
      Try <span className="mono break">{trigger.source}</span>
    </>
  );
}

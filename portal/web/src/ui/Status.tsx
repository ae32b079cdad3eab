import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconInfoCircle,
  type Icon,
} from '@tabler/icons-react';
import './status.css';

export type StatusKind = 'good' | 'notice' | 'warning' | 'critical' | 'unknown';

const ICONS: Record<StatusKind, Icon> = {
  good: IconCircleCheck,
  notice: IconInfoCircle,
  warning: IconAlertTriangle,
  critical: IconAlertOctagon,
  unknown: IconCircleDashed,
};

/** A status is always an icon and a word, never a colour alone. */
export function Status({ kind, word, quiet = false }: { kind: StatusKind; word: string; quiet?: boolean }) {
  const Shape = ICONS[kind];
  return (
    <span className={`status status-${kind}${quiet ? ' status-quiet' : ''}`}>
      <Shape size={14} stroke={2} aria-hidden />
      <span className="clip">{word}</span>
    </span>
  );
}

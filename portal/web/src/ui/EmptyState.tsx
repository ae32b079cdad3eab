import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import './states.css';

interface Action {
  label: string;
  to?: string;
  onClick?: () => void;
}

/** Says what would be here and offers the one action that fills it. */
export function EmptyState(props: { icon: Icon; title: string; text: ReactNode; action?: Action; compact?: boolean }) {
  const { icon: Shape, title, text, action, compact = false } = props;
  return (
    <div className={compact ? 'empty empty-compact' : 'empty'}>
      <Shape size={compact ? 20 : 28} stroke={1.5} aria-hidden />
      <div>
        <p className="empty-title">{title}</p>
        <p className="dim small">{text}</p>
      </div>
      {action?.to && (
        <Button component={Link} to={action.to} variant="default" size="xs">
          {action.label}
        </Button>
      )}
      {action?.onClick && (
        <Button variant="default" size="xs" onClick={action.onClick}>
          {action.label}
        </Button>
      )}
    </div>
  );
}

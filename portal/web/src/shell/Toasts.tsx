import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { dismiss, useToasts } from '../ui/toasts';
import { Status } from '../ui/Status';
import './toasts.css';

const WORD = { good: 'Done', notice: 'Note', warning: 'Careful', critical: 'Failed' } as const;

export function Toasts() {
  const toasts = useToasts();
  return (
    <section className="toasts" aria-label="Notifications" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <Status kind={toast.kind} word={WORD[toast.kind]} quiet />
          <span className="break small">{toast.text}</span>
          {toast.undo && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => {
                toast.undo?.();
                dismiss(toast.id);
              }}
            >
              Undo
            </Button>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="Dismiss"
            onClick={() => {
              dismiss(toast.id);
            }}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
    </section>
  );
}

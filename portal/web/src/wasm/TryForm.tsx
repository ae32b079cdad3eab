import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import { useReadOnly } from '../ui/ActButton';

/** A form that Ctrl-Enter sends from any field; guests are told that it is not sent. */
export function TryForm({ send, children }: { send: () => void; children: ReactNode }) {
  const readOnly = useReadOnly();
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (readOnly === null) send();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      if (readOnly === null) send();
    }
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl-Enter sends from any field
    <form className="stack-s" onSubmit={submit} onKeyDown={onKeyDown}>
      {readOnly !== null && (
        <p role="note" className="read-only small">
          {readOnly}.
        </p>
      )}
      {children}
    </form>
  );
}

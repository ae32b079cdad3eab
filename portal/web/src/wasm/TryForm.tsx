import type { FormEvent, KeyboardEvent, ReactNode } from 'react';

/** A form that Ctrl-Enter sends from any field. */
export function TryForm({ send, children }: { send: () => void; children: ReactNode }) {
  const submit = (e: FormEvent) => {
    e.preventDefault();
    send();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      send();
    }
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl-Enter sends from any field
    <form className="stack-s" onSubmit={submit} onKeyDown={onKeyDown}>
      {children}
    </form>
  );
}

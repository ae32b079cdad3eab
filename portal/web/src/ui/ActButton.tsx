import { Button, type ButtonProps, type ElementProps } from '@mantine/core';
import { useContext, type MouseEvent } from 'react';
import { SessionContext } from '../shell/session';

/** Why somebody may not change anything, or null. */
export function useReadOnly(): string | null {
  return useContext(SessionContext)?.guest ? 'Guests may only read: sign in to change things' : null;
}

/**
 * A button that changes something, or sends something out. For guests it does nothing and says why; they still reach it by
 * the keyboard, so that everybody hears the reason.
 */
export function ActButton(props: ButtonProps & ElementProps<'button', keyof ButtonProps>) {
  const readOnly = useReadOnly();
  if (readOnly === null) return <Button {...props} />;
  return (
    <Button
      {...props}
      data-disabled
      aria-disabled
      aria-description={readOnly}
      title={readOnly}
      onClick={(event: MouseEvent) => {
        event.preventDefault();
      }}
    />
  );
}

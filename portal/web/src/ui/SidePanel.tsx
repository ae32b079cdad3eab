import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
}

/** Details beside the list they belong to. The page keeps in its URL which one is open. */
export function SidePanel({ opened, onClose, title, children }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="min(560px, 100vw)"
      title={title}
      closeButtonProps={{ 'aria-label': 'Close the panel' }}
      overlayProps={{ backgroundOpacity: 0.12 }}
      transitionProps={{ duration: 120 }}
      styles={{ title: { fontWeight: 600, minWidth: 0 } }}
    >
      {children}
    </Drawer>
  );
}

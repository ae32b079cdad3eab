import { Modal } from '@mantine/core';
import { Fragment } from 'react';

const KEYS: [string[], string][] = [
  [['Ctrl', 'K'], 'Search or run an action (⌘ K on a Mac)'],
  [['/'], 'Put the cursor into the search of the list'],
  [['j'], 'Next row'],
  [['k'], 'Previous row'],
  [['Enter'], 'Open the row'],
  [['o'], 'Look at the row in a side panel'],
  [['s'], 'Star the row, or take the star away'],
  [['Esc'], 'Close what is open'],
  [['?'], 'This list'],
];

export function Shortcuts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className="facts-list">
        {KEYS.map(([keys, what]) => (
          <Fragment key={what}>
            <dt>
              {keys.map((key) => (
                <Fragment key={key}>
                  <kbd>{key}</kbd>{' '}
                </Fragment>
              ))}
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}

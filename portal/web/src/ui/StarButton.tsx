import { ActionIcon, Tooltip } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { shortRef } from '../format/refs';
import { useStars } from '../home/personal';

export function StarButton({ of, size = 'sm' }: { of: string; size?: 'sm' | 'md' | 'lg' }) {
  const { has, toggle } = useStars();
  const on = has(of);
  const label = on ? `Take the star from ${shortRef(of)}` : `Star ${shortRef(of)}`;
  return (
    <Tooltip label={on ? 'Starred' : 'Star'}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={size}
        aria-label={label}
        aria-pressed={on}
        onClick={() => {
          toggle(of);
        }}
      >
        {on ? <IconStarFilled size={15} color="var(--p-accent)" /> : <IconStar size={15} stroke={1.5} />}
      </ActionIcon>
    </Tooltip>
  );
}

import { NumberInput, Popover, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { duration } from '../format/time';
import { useUrlState } from './useUrlState';

const RANGES = [
  { value: '900', label: '15 m' },
  { value: '3600', label: '1 h' },
  { value: '21600', label: '6 h' },
  { value: '86400', label: '24 h' },
];
const DEFAULT = 900;
const LONGEST_MINUTES = 10_080;

/** The time range of a live page, in seconds up to now, kept in the URL. */
export function useRange(): number {
  const [params] = useUrlState();
  const seconds = Number(params.get('range') ?? DEFAULT);
  return Number.isFinite(seconds) && seconds >= 60 ? Math.min(seconds, LONGEST_MINUTES * 60) : DEFAULT;
}

export function RangeControl() {
  const seconds = useRange();
  const [, change] = useUrlState();
  const [open, setOpen] = useState(false);
  const known = RANGES.some((r) => r.value === String(seconds));
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      shadow="none"
      classNames={{ dropdown: 'filter-drop' }}
      trapFocus
    >
      <Popover.Target>
        <SegmentedControl
          size="xs"
          aria-label="Time range"
          value={known ? String(seconds) : 'custom'}
          onChange={(value) => {
            if (value === 'custom') setOpen(true);
            else change({ range: value === String(DEFAULT) ? null : value });
          }}
          data={[...RANGES, { value: 'custom', label: known ? 'Custom' : duration(seconds * 1000) }]}
        />
      </Popover.Target>
      <Popover.Dropdown>
        <NumberInput
          size="xs"
          label="The last so many minutes"
          min={1}
          max={LONGEST_MINUTES}
          defaultValue={Math.round(seconds / 60)}
          onChange={(value) => {
            const minutes = Number(value);
            if (minutes >= 1) change({ range: String(Math.round(minutes * 60)) });
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

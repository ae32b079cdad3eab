import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { count } from '../format/numbers';
import './filter.css';

export interface FilterOption {
  value: string;
  label: string;
  /** How many would be shown; unknown while the counts are on their way. */
  count: number | null;
}

interface Props {
  label: string;
  options: FilterOption[];
  chosen: readonly string[];
  onChange: (values: string[]) => void;
}

const SEARCH_FROM = 8;

/** A filter with counts: what is chosen stands on the button. */
export function FilterButton({ label, options, chosen, onChange }: Props) {
  const [text, setText] = useState('');
  const known = new Set(options.map((o) => o.value));
  // A choice that matches nothing any more must stay visible, or it could not be taken back.
  const all = [...options, ...chosen.filter((v) => !known.has(v)).map((v) => ({ value: v, label: v, count: 0 }))];
  const shown = all.filter((o) => o.label.toLowerCase().includes(text.toLowerCase()));
  const first = all.find((o) => o.value === chosen[0])?.label;
  const toggle = (value: string) => {
    onChange(chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value]);
  };
  return (
    <Popover position="bottom-start" shadow="none" withinPortal classNames={{ dropdown: 'filter-drop' }} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          className={chosen.length > 0 ? 'filter-button on' : 'filter-button'}
          rightSection={<IconChevronDown size={14} />}
        >
          {label}
          {first && (
            <span className="filter-value clip">
              {first}
              {chosen.length > 1 ? ` +${chosen.length - 1}` : ''}
            </span>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Filter by ${label.toLowerCase()}`}>
        {all.length > SEARCH_FROM && (
          <TextInput
            size="xs"
            placeholder={`Find in ${all.length}`}
            aria-label={`Find a value of ${label.toLowerCase()}`}
            value={text}
            onChange={(e) => {
              setText(e.currentTarget.value);
            }}
          />
        )}
        <ul className="filter-list">
          {shown.map((option) => (
            <li key={option.value} className="row">
              <Checkbox
                size="xs"
                label={option.label}
                checked={chosen.includes(option.value)}
                onChange={() => {
                  toggle(option.value);
                }}
              />
              <span className="push num tiny dim">{option.count === null ? '' : count(option.count)}</span>
            </li>
          ))}
          {shown.length === 0 && <li className="dim small">No value to choose</li>}
        </ul>
        {chosen.length > 0 && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => {
              onChange([]);
            }}
          >
            Clear
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

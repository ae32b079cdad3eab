import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { StripIcons } from '../strip/StripCells';
import type { PaletteItem } from './palette-items';
import { usePaletteItems } from './usePaletteItems';
import './palette.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  onShortcuts: () => void;
}

/** Ctrl-K: finds entities, templates, pages and actions, and runs them. */
export function Palette({ opened, onClose, onShortcuts }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size={640}
      padding={0}
      yOffset="12vh"
      attributes={{ content: { 'aria-label': 'Search or run' } }}
      transitionProps={{ duration: 80 }}
    >
      <PaletteBody onClose={onClose} onShortcuts={onShortcuts} />
    </Modal>
  );
}

function PaletteBody({ onClose, onShortcuts }: Omit<Props, 'opened'>) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const { items, searching } = usePaletteItems(query, onShortcuts);
  const active = Math.min(at, Math.max(0, items.length - 1));

  const choose = (item: PaletteItem) => {
    onClose();
    if (item.to) void navigate(item.to);
    item.run?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(items.length - 1, active + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = items[active];
      if (item) choose(item);
    }
  };
  return (
    <>
      <div className="palette-input">
        <IconSearch size={18} aria-hidden />
        <input
          role="combobox"
          aria-label="Search entities, templates, pages and actions"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={items[active] ? `palette-${active}` : undefined}
          aria-autocomplete="list"
          placeholder="Find an entity, a template, a page or an action"
          value={query}
          data-autofocus
          onChange={(e) => {
            setQuery(e.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label="Results" className="palette-list" aria-busy={searching}>
        {items.map((item, i) => (
          <PaletteRow
            key={item.id}
            item={item}
            index={i}
            active={i === active}
            first={items[i - 1]?.group !== item.group}
            onChoose={choose}
          />
        ))}
      </div>
      {items.length === 0 && (
        <p className="palette-none dim small">
          {searching
            ? 'Searching…'
            : `Nothing is called “${query}”. The search looks at names, titles, descriptions and tags.`}
        </p>
      )}
    </>
  );
}

interface RowProps {
  item: PaletteItem;
  index: number;
  active: boolean;
  first: boolean;
  onChoose: (item: PaletteItem) => void;
}

function PaletteRow({ item, index, active, first, onChoose }: RowProps) {
  const Shape = item.icon;
  return (
    <>
      {first && (
        <div className="palette-group" role="presentation">
          {item.group}
        </div>
      )}
      {/* Keys are handled by the input, which keeps the focus and names the active option. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        id={`palette-${index}`}
        role="option"
        aria-selected={active}
        className={active ? 'palette-row active' : 'palette-row'}
        ref={active ? (node) => node?.scrollIntoView({ block: 'nearest' }) : undefined}
        onClick={() => {
          onChoose(item);
        }}
      >
        <Shape size={17} stroke={1.6} aria-hidden />
        <span className="clip palette-label">{item.label}</span>
        {item.group !== 'Pages' && item.hint && <span className="dim tiny clip">{item.hint}</span>}
        {item.facts && (
          <span className="push">
            <StripIcons of={item.facts} />
          </span>
        )}
      </div>
    </>
  );
}

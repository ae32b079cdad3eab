import { ActionIcon, Button, Checkbox, Menu, Popover, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { IconColumns3, IconDownload, IconSearch, IconX } from '@tabler/icons-react';
import type { Ref } from 'react';
import { FilterButton } from '../ui/FilterButton';
import type { UrlChange } from '../ui/useUrlState';
import { COLUMNS } from './columns';
import { useFilterOptions } from './useCatalog';
import { FILTERS, filtersChosen, type FilterName, type View } from './view';

interface Props {
  view: View;
  change: (change: UrlChange) => void;
  hidden: Set<string>;
  onColumns: (hidden: string[]) => void;
  onExport: (format: 'csv' | 'json') => void;
  searchRef: Ref<HTMLInputElement>;
}

const CLEAR = Object.fromEntries([['q', null], ...FILTERS.map(({ name }) => [name, null])]) as UrlChange;

export function Toolbar({ view, change, hidden, onColumns, onExport, searchRef }: Props) {
  return (
    <div className="toolbar" role="search" aria-label="Filter the catalogue">
      <TextInput
        ref={searchRef}
        className="toolbar-search"
        size="xs"
        leftSection={<IconSearch size={15} />}
        placeholder="Search names, descriptions, tags"
        aria-label="Search the catalogue"
        aria-keyshortcuts="/"
        value={view.text}
        onChange={(e) => {
          change({ q: e.currentTarget.value });
        }}
      />
      <SegmentedControl
        size="xs"
        aria-label="Whose entities"
        value={view.personal}
        onChange={(value) => {
          change({ user: value === 'all' ? null : value });
        }}
        data={[
          { value: 'all', label: 'All' },
          { value: 'owned', label: 'Owned' },
          { value: 'starred', label: 'Starred' },
        ]}
      />
      {FILTERS.map(({ name, label }) => (
        <Filter key={name} name={name} label={label} view={view} change={change} />
      ))}
      {filtersChosen(view) && (
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconX size={14} />}
          onClick={() => {
            change(CLEAR);
          }}
        >
          Clear
        </Button>
      )}
      <div className="row push">
        <ColumnChoice hidden={hidden} onColumns={onColumns} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Tooltip label="Export what is found">
              <ActionIcon variant="default" size={30} aria-label="Export what is found">
                <IconDownload size={16} />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            {(['csv', 'json'] as const).map((format) => (
              <Menu.Item
                key={format}
                onClick={() => {
                  onExport(format);
                }}
              >
                Export as {format.toUpperCase()}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}

function Filter({ name, label, view, change }: { name: FilterName; label: string } & Pick<Props, 'view' | 'change'>) {
  const options = useFilterOptions(view, name);
  if (options.length < 2 && view.chosen[name].length === 0) return null;
  return (
    <FilterButton
      label={label}
      options={options}
      chosen={view.chosen[name]}
      onChange={(values) => {
        change({ [name]: values });
      }}
    />
  );
}

function ColumnChoice({ hidden, onColumns }: Pick<Props, 'hidden' | 'onColumns'>) {
  return (
    <Popover position="bottom-end" shadow="none" classNames={{ dropdown: 'filter-drop' }} trapFocus>
      <Popover.Target>
        <Tooltip label="Choose columns">
          <ActionIcon variant="default" size={30} aria-label="Choose columns">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <ul className="filter-list">
          {COLUMNS.filter((c) => !c.fixed).map((column) => (
            <li key={column.id}>
              <Checkbox
                size="xs"
                label={column.header}
                checked={!hidden.has(column.id)}
                onChange={(e) => {
                  const next = new Set(hidden);
                  if (e.currentTarget.checked) next.delete(column.id);
                  else next.add(column.id);
                  onColumns([...next]);
                }}
              />
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

import { Autocomplete, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { findEntities } from '../../api/catalog';
import { entityRef, entityTitle } from '../../api/entity';
import type { Filters } from '../../api/predicate';
import { shortRef } from '../../format/refs';
import type { FieldParts } from './field-parts';

interface Props {
  parts: FieldParts;
  value: string;
  filters: Filters;
  /** A value that the catalogue does not know may be typed. */
  free: boolean;
}

/** Chooses an entity ref from the catalogue, searched on the server while typing. */
export function EntityChoice({ parts, value, filters, free }: Props) {
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text === shortRef(value || ':/') ? '' : text.trim(), 150);
  const found = useQuery({
    queryKey: ['picker', filters, query],
    queryFn: ({ signal }) => findEntities(filters, { text: query, limit: 50, signal }),
    placeholderData: keepPreviousData,
  });
  const data = useMemo(() => {
    const options = (found.data ?? []).map((e) => ({ value: entityRef(e), label: entityTitle(e) }));
    if (value && !options.some((o) => o.value === value)) options.unshift({ value, label: shortRef(value) });
    return options;
  }, [found.data, value]);
  const shared = {
    id: parts.id,
    label: parts.label,
    description: parts.description,
    error: parts.error ?? (found.error ? 'The catalogue could not be read; try again in a moment.' : undefined),
    required: parts.required,
    disabled: parts.disabled,
    placeholder: parts.placeholder ?? 'Search the catalogue',
    onBlur: parts.blur,
    onFocus: parts.focus,
    limit: 50,
  };
  if (free) {
    return (
      <Autocomplete
        {...shared}
        value={value}
        data={data.map((o) => o.value)}
        onChange={(next) => {
          parts.set(next || undefined);
          setText(next);
        }}
      />
    );
  }
  return (
    <Select
      {...shared}
      searchable
      clearable={!parts.required}
      nothingFoundMessage="Nothing in the catalogue matches"
      value={value || null}
      data={data}
      filter={({ options }) => options}
      onSearchChange={setText}
      onChange={(next) => {
        parts.set(next ?? undefined);
      }}
      clearButtonProps={{ 'aria-label': `Clear ${parts.label}` }}
    />
  );
}

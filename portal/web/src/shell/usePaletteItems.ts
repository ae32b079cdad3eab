import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { findEntities } from '../api/catalog';
import { entityRef, entityTitle, hasStrip, specText } from '../api/entity';
import { signOut } from '../api/polder';
import type { Entity } from '../api/types';
import { refPath } from '../format/refs';
import { kindIcon, kindWord } from '../ui/kinds';
import { useRecent } from '../home/personal';
import { useSession } from './session';
import { actionItems, matchItems, nearness, pageItems, type PaletteItem } from './palette-items';

function entityItem(entity: Entity): PaletteItem {
  const ref = entityRef(entity);
  const template = entity.kind.toLowerCase() === 'template';
  const namespace = entity.metadata.namespace ?? 'default';
  return {
    id: ref,
    group: template ? 'Templates' : 'Entities',
    label: entityTitle(entity),
    hint: template
      ? 'create from this template'
      : [kindWord(entity.kind), specText(entity, 'type'), namespace === 'default' ? null : namespace]
          .filter(Boolean)
          .join(' · '),
    facts: hasStrip(ref) ? ref : undefined,
    icon: kindIcon(entity.kind),
    to: template ? `/create/templates/${namespace}/${entity.metadata.name}` : refPath(ref),
  };
}

function recentItem(ref: string): PaletteItem {
  const kind = ref.split(':')[0] ?? '';
  return {
    id: ref,
    group: 'Entities',
    label: ref.slice(ref.indexOf('/') + 1),
    hint: `${kindWord(kind)} · visited lately`,
    facts: hasStrip(ref) ? ref : undefined,
    icon: kindIcon(kind),
    to: refPath(ref),
  };
}

/** What the palette offers: found entities and templates, then pages and actions. */
export function usePaletteItems(query: string, onShortcuts: () => void): { items: PaletteItem[]; searching: boolean } {
  const [text] = useDebouncedValue(query.trim(), 120);
  const { setColorScheme } = useMantineColorScheme();
  const recent = useRecent();
  const { guest = false } = useSession();
  const found = useQuery({
    queryKey: ['palette', text],
    queryFn: ({ signal }) => findEntities({}, { text, limit: 12, signal }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  });
  const items = useMemo(() => {
    const fixed = [
      ...pageItems(),
      ...actionItems({
        theme: setColorScheme,
        shortcuts: onShortcuts,
        signOut: guest
          ? null
          : () => {
              void signOut().finally(() => {
                window.location.assign('/');
              });
            },
      }),
    ];
    const entities =
      text === ''
        ? recent.slice(0, 5).map(recentItem)
        : (found.data ?? []).map(entityItem).sort((a, b) => nearness(a.label, text) - nearness(b.label, text));
    const order = { Entities: 0, Templates: 1, Pages: 2, Actions: 3 };
    return [...entities, ...matchItems(fixed, query)].sort((a, b) => order[a.group] - order[b.group]);
  }, [text, found.data, recent, query, onShortcuts, setColorScheme, guest]);
  return { items, searching: found.isFetching };
}

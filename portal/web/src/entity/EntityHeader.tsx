import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconDots, IconLink, IconRefresh, IconUnlink } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { refreshEntity } from '../api/catalog';
import { entityRef, entityTitle, hasStrip, specText, systemOf } from '../api/entity';
import type { Entity } from '../api/types';
import { useReadOnly } from '../ui/ActButton';
import { copyText } from '../ui/Copy';
import { EntityLink } from '../ui/EntityLink';
import { kindIcon, kindWord } from '../ui/kinds';
import { PageHeader } from '../ui/PageHeader';
import { StarButton } from '../ui/StarButton';
import { toast } from '../ui/toasts';
import { OpenService } from './OpenService';
import { useUnregister } from './useUnregister';

export function EntityHeader({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const Shape = kindIcon(entity.kind);
  const system = systemOf(entity);
  const type = specText(entity, 'type');
  return (
    <PageHeader
      title={entityTitle(entity)}
      before={
        <span className="entity-icon" aria-hidden>
          <Shape size={20} stroke={1.6} />
        </span>
      }
      lead={
        <span className="row row-wrap">
          <span>{[kindWord(entity.kind), type].filter(Boolean).join(' · ')}</span>
          {system && (
            <>
              <span>in</span>
              <EntityLink entity={system} />
            </>
          )}
        </span>
      }
      actions={
        <>
          <StarButton of={ref} size="lg" />
          <MoreMenu of={ref} />
          {hasStrip(ref) && <OpenService of={ref} />}
        </>
      }
    >
      {entity.metadata.description && <p className="entity-description">{entity.metadata.description}</p>}
    </PageHeader>
  );
}

function MoreMenu({ of }: { of: string }) {
  const queries = useQueryClient();
  const unregister = useUnregister(of);
  const readOnly = useReadOnly();
  const refresh = async () => {
    try {
      await refreshEntity(of);
      await queries.invalidateQueries({ queryKey: ['entity', of] });
      toast({ kind: 'good', text: `${of} is being read again` });
    } catch (error) {
      toast({
        kind: 'critical',
        text: `${of} could not be refreshed: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="More">
          <ActionIcon variant="default" size="lg" aria-label="More actions">
            <IconDots size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={readOnly !== null} leftSection={<IconRefresh size={15} />} onClick={() => void refresh()}>
          Read the descriptor again
        </Menu.Item>
        <Menu.Item leftSection={<IconLink size={15} />} onClick={() => void copyText(window.location.href)}>
          Copy the link to this view
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={readOnly !== null}
          leftSection={<IconUnlink size={15} />}
          onClick={() => void unregister()}
        >
          Unregister the location
        </Menu.Item>
        {readOnly !== null && <Menu.Label>{readOnly}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

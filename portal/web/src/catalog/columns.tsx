import { entityRef, entityTitle, hasStrip, ownerOf, specText, systemOf } from '../api/entity';
import type { Entity } from '../api/types';
import { refPath } from '../format/refs';
import { ProvenCell, RunsCell, TalksCell } from '../strip/StripCells';
import type { Column } from '../ui/DataTable';
import { EntityLink } from '../ui/EntityLink';
import { kindIcon, kindWord } from '../ui/kinds';
import { PageLink } from '../ui/PageLink';
import { StarButton } from '../ui/StarButton';
import { Status } from '../ui/Status';

function Name({ entity }: { entity: Entity }) {
  const ref = entityRef(entity);
  const Shape = kindIcon(entity.kind);
  const title = entityTitle(entity);
  const namespace = entity.metadata.namespace ?? 'default';
  return (
    <PageLink to={refPath(ref)} className="entity-link" title={entity.metadata.description ?? ref}>
      <Shape size={16} stroke={1.6} role="img" aria-label={kindWord(entity.kind)} />
      <span className="clip name-text">{title}</span>
      {namespace !== 'default' && <span className="dim tiny">{namespace}</span>}
    </PageLink>
  );
}

const text = (value: string | null) => (value ? <span className="clip">{value}</span> : <span className="dim">–</span>);

/** The columns in their order; Owned, Runs, Talks, Proven are the strip. */
export const COLUMNS: Column<Entity>[] = [
  {
    id: 'star',
    header: 'Star',
    hideHeader: true,
    fixed: true,
    width: '44px',
    cell: (e) => <StarButton of={entityRef(e)} />,
  },
  {
    id: 'name',
    header: 'Name',
    sortable: true,
    fixed: true,
    cell: (e) => <Name entity={e} />,
    value: (e) => e.metadata.name,
  },
  {
    id: 'owner',
    header: 'Owned',
    sortable: true,
    value: ownerOf,
    cell: (e) => {
      const owner = ownerOf(e);
      return owner ? <EntityLink entity={owner} /> : <Status kind="warning" word="no owner" quiet />;
    },
  },
  { id: 'runs', header: 'Runs', cell: (e) => strip(e, RunsCell) },
  { id: 'talks', header: 'Talks', cell: (e) => strip(e, TalksCell) },
  { id: 'proven', header: 'Proven', cell: (e) => strip(e, ProvenCell) },
  {
    id: 'system',
    header: 'System',
    sortable: true,
    value: systemOf,
    cell: (e) => {
      const system = systemOf(e);
      return system ? <EntityLink entity={system} icon={false} /> : text(null);
    },
  },
  {
    id: 'type',
    header: 'Type',
    sortable: true,
    value: (e) => specText(e, 'type'),
    cell: (e) => text(specText(e, 'type')),
  },
  {
    id: 'lifecycle',
    header: 'Lifecycle',
    sortable: true,
    value: (e) => specText(e, 'lifecycle'),
    cell: (e) => text(specText(e, 'lifecycle')),
  },
  {
    id: 'namespace',
    header: 'Namespace',
    sortable: true,
    value: (e) => e.metadata.namespace ?? 'default',
    cell: (e) => text(e.metadata.namespace ?? 'default'),
  },
  {
    id: 'tags',
    header: 'Tags',
    value: (e) => e.metadata.tags?.join(' ') ?? null,
    cell: (e) => (
      <span className="row">
        {e.metadata.tags?.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </span>
    ),
  },
  {
    id: 'description',
    header: 'Description',
    value: (e) => e.metadata.description ?? null,
    cell: (e) => text(e.metadata.description ?? null),
  },
];

function strip(entity: Entity, Cell: typeof RunsCell) {
  const ref = entityRef(entity);
  return hasStrip(ref) ? <Cell of={ref} /> : <span className="dim">–</span>;
}

export const HIDDEN_AT_FIRST = ['namespace', 'tags', 'description'];
const STRIP_COLUMNS = ['runs', 'talks', 'proven'];
/** Which columns a narrow screen does without, widest need first. */
const NARROW: [number, string[]][] = [
  [1720, ['type']],
  [1600, ['lifecycle']],
  [1440, ['system']],
  [1000, ['proven']],
  [800, ['talks']],
  [560, ['owner', 'star']],
];

export function hiddenColumns(chosen: string[] | null, kind: string, width: number): Set<string> {
  const hidden = new Set(chosen ?? HIDDEN_AT_FIRST);
  if (kind !== 'component' && kind !== 'all') for (const id of STRIP_COLUMNS) hidden.add(id);
  // A person's own choice is respected at any width; the table then scrolls sideways.
  if (chosen === null) {
    for (const [below, ids] of NARROW) if (width < below) for (const id of ids) hidden.add(id);
  }
  return hidden;
}

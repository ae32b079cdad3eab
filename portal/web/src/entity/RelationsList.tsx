import { useState } from 'react';
import { DataTable, type Column } from '../ui/DataTable';
import { EntityLink } from '../ui/EntityLink';
import type { Graph, GraphEdge } from './graph';
import { relationWord } from './relation-words';

const COLUMNS: Column<GraphEdge>[] = [
  {
    id: 'source',
    header: 'From',
    sortable: true,
    value: (e) => e.source,
    cell: (e) => <EntityLink entity={e.source} />,
  },
  { id: 'type', header: 'Relation', sortable: true, value: (e) => e.type, cell: (e) => relationWord(e.type) },
  { id: 'target', header: 'To', sortable: true, value: (e) => e.target, cell: (e) => <EntityLink entity={e.target} /> },
];

/** The same content as the graph, for reading and for screen readers. */
export function RelationsList({ graph }: { graph: Graph }) {
  const [sort, setSort] = useState({ id: 'source', descending: false });
  return (
    <DataTable
      label="Relations"
      columns={COLUMNS}
      rows={graph.edges}
      rowId={(e) => e.id}
      sort={sort}
      onSort={setSort}
      empty={<p className="panel-body dim">No relation within this distance.</p>}
    />
  );
}

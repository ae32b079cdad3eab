import { useMemo, type ReactNode } from 'react';
import type { Entity } from '../api/types';
import { PageLink } from '../ui/PageLink';
import { Status, type StatusKind } from '../ui/Status';
import { useEntities } from './useEntity';

interface Warning {
  key: string;
  kind: StatusKind;
  word: string;
  text: ReactNode;
}

/** What is wrong with the entry itself: errors of processing, no location that keeps it, relations to nothing. */
export function Warnings({ entity }: { entity: Entity }) {
  const targets = useMemo(() => (entity.relations ?? []).map((r) => r.targetRef), [entity]);
  const { missing } = useEntities(targets);
  const warnings: Warning[] = [];
  for (const item of entity.status?.items ?? []) {
    if (item.level === 'info') continue;
    warnings.push({
      key: item.message,
      kind: item.level === 'error' ? 'critical' : 'warning',
      word: item.level === 'error' ? 'Processing error' : 'Processing warning',
      text: `${item.message} What is shown is the last good version.`,
    });
  }
  if (entity.metadata.annotations?.['backstage.io/orphan'] === 'true') {
    warnings.push({
      key: 'orphan',
      kind: 'warning',
      word: 'Orphan',
      text: 'No location mentions this entity any more. It stays until somebody removes it or a location names it again.',
    });
  }
  if (missing.length > 0) {
    warnings.push({
      key: 'dangling',
      kind: 'warning',
      word: 'Relations to nothing',
      text: (
        <>
          The catalogue does not know{' '}
          {missing.slice(0, 5).map((ref, i) => (
            <span key={ref}>
              {i > 0 && ', '}
              <code>{ref}</code>
            </span>
          ))}
          {missing.length > 5 && ` and ${missing.length - 5} more`}.{' '}
          <PageLink to="/catalog?kind=all">Search for it</PageLink>, or correct the descriptor.
        </>
      ),
    });
  }
  if (warnings.length === 0) return null;
  return (
    <ul className="panel plain-list warnings" aria-label="Warnings">
      {warnings.map(({ key, kind, word, text }) => (
        <li key={key} className="list-row">
          <Status kind={kind} word={word} />
          <span className="small break">{text}</span>
        </li>
      ))}
    </ul>
  );
}

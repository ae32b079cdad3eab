import { parseRef, refPath, shortRef } from '../format/refs';
import { kindIcon, kindWord } from './kinds';
import { PageLink } from './PageLink';

interface Props {
  entity: string;
  title?: string | undefined;
  tab?: string;
  icon?: boolean;
}

/** A link to an entity: the icon says its kind, the full ref stands in the title. */
export function EntityLink({ entity, title, tab, icon = true }: Props) {
  const kind = parseRef(entity).kind;
  const Shape = kindIcon(kind);
  return (
    <PageLink to={refPath(entity, tab)} className="entity-link" title={entity}>
      {icon && <Shape size={15} stroke={1.6} aria-label={kindWord(kind)} role="img" />}
      <span className="clip">{title ?? shortRef(entity)}</span>
    </PageLink>
  );
}

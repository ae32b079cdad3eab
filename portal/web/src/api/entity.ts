import type { Entity, Json } from './types';
import { formatRef, parseRef } from '../format/refs';

export function entityRef(entity: Entity): string {
  return formatRef({
    kind: entity.kind,
    namespace: entity.metadata.namespace ?? 'default',
    name: entity.metadata.name,
  });
}

export function specText(entity: Entity, field: string): string | null {
  const value: Json | undefined = entity.spec?.[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function related(entity: Entity, type: string): string[] {
  return (entity.relations ?? []).filter((r) => r.type === type).map((r) => r.targetRef);
}

export function ownerOf(entity: Entity): string | null {
  const owner = related(entity, 'ownedBy')[0];
  if (owner) return owner;
  const text = specText(entity, 'owner');
  return text ? formatRef(parseRef(text, { kind: 'group', namespace: entity.metadata.namespace ?? 'default' })) : null;
}

export function systemOf(entity: Entity): string | null {
  const system = related(entity, 'partOf').find((ref) => ref.startsWith('system:'));
  if (system) return system;
  const text = specText(entity, 'system');
  return text ? formatRef(parseRef(text, { kind: 'system', namespace: entity.metadata.namespace ?? 'default' })) : null;
}

export function entityTitle(entity: Entity): string {
  if (entity.metadata.title) return entity.metadata.title;
  const profile = entity.spec?.['profile'];
  if (profile && typeof profile === 'object' && !Array.isArray(profile)) {
    const shown = profile['displayName'];
    if (typeof shown === 'string' && shown) return shown;
  }
  return entity.metadata.name;
}

/** Components are what runs, talks and is proven; the other kinds have no strip. */
export function hasStrip(ref: string): boolean {
  return ref.startsWith('component:');
}

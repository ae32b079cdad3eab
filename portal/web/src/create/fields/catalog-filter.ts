import type { Filters } from '../../api/predicate';

/** The pickers' `catalogFilter` and `allowedKinds` as filters. Only equality can be asked for; the rest is left out. */
export function catalogFilter(options: Record<string, unknown>, kinds: string[] = []): Filters {
  const raw = options['catalogFilter'];
  const first: unknown = Array.isArray(raw) ? raw[0] : raw;
  const filters: Record<string, string[]> = {};
  if (typeof first === 'object' && first !== null) {
    for (const [key, value] of Object.entries(first as Record<string, unknown>)) {
      const values = (Array.isArray(value) ? value : [value]).filter((v) => typeof v === 'string');
      if (values.length > 0) filters[key] = values;
    }
  }
  const allowed = options['allowedKinds'];
  const named = Array.isArray(allowed) ? allowed.filter((v) => typeof v === 'string') : kinds;
  if (named.length > 0 && !filters['kind']) filters['kind'] = named;
  return filters;
}

// Fixture catalogue: enough of Backstage's query rules for the interface.
import { byRef, entities, refOf } from './data.mjs';

function values(x, key) {
  if (key.startsWith('relations.'))
    return x.relations.filter((r) => `relations.${r.type.toLowerCase()}` === key.toLowerCase()).map((r) => r.targetRef);
  const at = key.split('.').reduce((o, k) => o?.[k], x);
  return (Array.isArray(at) ? at : [at]).filter((v) => v !== undefined && v !== null).map(String);
}
const has = (x, key, wanted) => values(x, key).some((v) => wanted.includes(v.toLowerCase()));
function inSet(x, set) {
  const wanted = {};
  for (const part of set.split(',')) {
    const cut = part.indexOf('=');
    (wanted[part.slice(0, cut)] ??= []).push(part.slice(cut + 1).toLowerCase());
  }
  return Object.entries(wanted).every(([k, v]) => has(x, k, v));
}
export function matches(x, query) {
  if (query.$all) return query.$all.every((q) => matches(x, q));
  if (query.$any) return query.$any.some((q) => matches(x, q));
  return Object.entries(query).every(([k, v]) => {
    if (v?.$exists !== undefined) return values(x, k).length > 0 === v.$exists;
    return has(
      x,
      k,
      (v?.$in ?? [v]).map((t) => String(t).toLowerCase()),
    );
  });
}
const filtered = (filters) => entities.filter((x) => filters.length === 0 || filters.some((set) => inSet(x, set)));
function text(list, term, fields) {
  if (!term) return list;
  return list.filter((x) => fields.some((f) => values(x, f).some((v) => v.toLowerCase().includes(term.toLowerCase()))));
}
function page(list, field, order, limit, offset) {
  const sorted = list
    .filter((x) => values(x, field).length > 0)
    .sort((a, b) => values(a, field)[0].localeCompare(values(b, field)[0]) * (order === 'desc' ? -1 : 1));
  return { items: sorted.slice(offset, offset + limit), total: sorted.length, sorted };
}
const answer = (list, field, order, limit, offset, state) => {
  const { items, total } = page(list, field, order, limit, offset);
  const more = offset + limit < total;
  return {
    items,
    totalItems: total,
    pageInfo:
      more && limit > 0
        ? { nextCursor: Buffer.from(JSON.stringify({ ...state, offset: offset + limit })).toString('base64') }
        : {},
  };
};
export function byQuery(params) {
  const cursor = params.get('cursor');
  const state = cursor
    ? JSON.parse(Buffer.from(cursor, 'base64'))
    : {
        filters: params.getAll('filter'),
        term: params.get('fullTextFilterTerm'),
        fields: (params.get('fullTextFilterFields') ?? 'metadata.name').split(','),
        order: (params.get('orderField') ?? 'metadata.name').split(','),
      };
  return answer(
    text(filtered(state.filters), state.term, state.fields),
    state.order[0],
    state.order[1],
    Number(params.get('limit') ?? 200),
    state.offset ?? 0,
    state,
  );
}
export function byPredicate(body) {
  const state = body.cursor
    ? JSON.parse(Buffer.from(body.cursor, 'base64'))
    : {
        query: body.query,
        text: body.fullTextFilter,
        order: body.orderBy?.[0] ?? { field: 'metadata.name', order: 'asc' },
      };
  const list = text(
    entities.filter((x) => matches(x, state.query ?? {})),
    state.text?.term,
    state.text?.fields ?? [],
  );
  return answer(list, state.order.field, state.order.order, body.limit ?? 200, state.offset ?? 0, state);
}
export function facets(params) {
  const list = filtered(params.getAll('filter'));
  return {
    facets: Object.fromEntries(
      params.getAll('facet').map((facet) => {
        const counts = new Map();
        for (const x of list) for (const v of new Set(values(x, facet))) counts.set(v, (counts.get(v) ?? 0) + 1);
        return [facet, [...counts].sort().map(([value, count]) => ({ value, count }))];
      }),
    ),
  };
}
export const ancestry = (x) => ({
  rootEntityRef: refOf(x),
  items: [
    { entity: x, parentEntityRefs: ['location:default/acme'] },
    { entity: byRef.get('location:default/acme'), parentEntityRefs: [] },
  ],
});

/** The parts of an entity ref `kind:namespace/name`. */
export interface RefParts {
  kind: string;
  namespace: string;
  name: string;
}

/** Reads `[kind:][namespace/]name`; a missing part comes from the defaults, as in Backstage's descriptors. */
export function parseRef(ref: string, defaults: { kind?: string; namespace?: string } = {}): RefParts {
  const slash = ref.indexOf('/');
  const colon = ref.indexOf(':');
  const hasKind = colon >= 0 && (slash < 0 || colon < slash);
  const kind = hasKind ? ref.slice(0, colon) : (defaults.kind ?? 'component');
  const rest = hasKind ? ref.slice(colon + 1) : ref;
  const cut = rest.indexOf('/');
  const namespace = cut >= 0 ? rest.slice(0, cut) : (defaults.namespace ?? 'default');
  return { kind: kind.toLowerCase(), namespace: namespace.toLowerCase(), name: cut >= 0 ? rest.slice(cut + 1) : rest };
}

export function formatRef({ kind, namespace, name }: RefParts): string {
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

/** The shortest text that is still clear beside others: the namespace is shown only when it is not `default`. */
export function shortRef(ref: string): string {
  const { namespace, name } = parseRef(ref);
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

export function refPath(ref: string, tab?: string): string {
  const { kind, namespace, name } = parseRef(ref);
  const base = `/catalog/${encodeURIComponent(namespace)}/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`;
  return tab ? `${base}/${tab}` : base;
}

/** The first seven characters of a digest or commit, as git shows them. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 7);
}

import type { Access, AppComponent } from '../api/app';

/** Interfaces that one key of the manifest gives, or does not give. */
export interface GrantRow {
  access: Access;
  key: string;
  values: string[];
  names: string[];
}

/** The full name of an interface: `wasi:http/types@0.2.3`. */
export function fullName(of: string, name: string): string {
  if (name === '') return of;
  const at = of.indexOf('@');
  return at < 0 ? `${of}/${name}` : `${of.slice(0, at)}/${name}${of.slice(at)}`;
}

/** What may reach something outside of the instance, by key; what was refused first, since somebody will ask why. */
export function grantRows(component: AppComponent): GrantRow[] {
  const rows = new Map<string, GrantRow>();
  for (const each of component.imports) {
    for (const asked of each.interfaces) {
      if (asked.access === 'always') continue;
      const id = `${asked.access} ${asked.key} ${asked.values.join(' ')}`;
      const row = rows.get(id) ?? { access: asked.access, key: asked.key, values: asked.values, names: [] };
      row.names.push(fullName(each.package, asked.name));
      rows.set(id, row);
    }
  }
  const order = (row: GrantRow) => (row.access === 'not-granted' ? 0 : 1);
  return [...rows.values()].sort((a, b) => order(a) - order(b));
}

/** Packages of which every interface is there for each instance. */
export function alwaysThere(component: AppComponent): string[] {
  return component.imports.filter((p) => p.interfaces.every((i) => i.access === 'always')).map((p) => p.package);
}

export function functionCount(component: AppComponent): number {
  return component.imports.reduce((n, p) => n + p.interfaces.reduce((m, i) => m + i.functions.length, 0), 0);
}

import type { ParameterSchema } from '../api/task-types';

/** The titles that a template gives its fields, by name; conditional fields included. */
export function fieldTitles(schema: ParameterSchema): Map<string, string> {
  const titles = new Map<string, string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    for (const [key, value] of Object.entries(node as Record<string, unknown>)) {
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        for (const [name, property] of Object.entries(value as Record<string, unknown>)) {
          const title = (property as Record<string, unknown> | null)?.['title'];
          if (typeof title === 'string') titles.set(name, title);
        }
      }
      visit(value);
    }
  };
  for (const step of schema.steps) visit(step.schema);
  return titles;
}

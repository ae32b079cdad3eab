/** Accepted values for each dotted field. Fields are AND-ed, the values of one field OR-ed. */
export type Filters = Record<string, readonly string[]>;

/** The `filter=` texts of Backstage's GET calls, one for each alternative; an empty one matches everything. */
export function filterTexts(alternatives: readonly Filters[]): string[] {
  return alternatives
    .map((filters) =>
      Object.entries(filters)
        .flatMap(([key, values]) => values.map((value) => `${key}=${value}`))
        .join(','),
    )
    .filter((text) => text !== '');
}

export type Predicate = Record<string, unknown>;

/** The same as a predicate of the POST calls. */
export function predicate(alternatives: readonly Filters[]): Predicate {
  const each = alternatives.map((filters): Predicate => {
    const fields = Object.entries(filters).filter(([, values]) => values.length > 0);
    return {
      $all: fields.map(([key, values]) =>
        values.length === 1 ? { [key]: values[0] } : { [key]: { $in: [...values] } },
      ),
    };
  });
  return each.length === 1 && each[0] ? each[0] : { $any: each };
}

/** The relation types of the catalogue as they are said, from the entity to its target. */
const WORDS: Record<string, string> = {
  ownedBy: 'owned by',
  ownerOf: 'owns',
  providesApi: 'provides',
  apiProvidedBy: 'provided by',
  consumesApi: 'consumes',
  apiConsumedBy: 'consumed by',
  dependsOn: 'depends on',
  dependencyOf: 'needed by',
  partOf: 'part of',
  hasPart: 'has part',
  memberOf: 'member of',
  hasMember: 'has member',
  parentOf: 'parent of',
  childOf: 'child of',
};

/** Both directions stand in the catalogue; a graph draws one of them. Left is what uses, right is what is used. */
const FORWARD: Record<string, string> = {
  ownerOf: 'ownedBy',
  apiProvidedBy: 'providesApi',
  apiConsumedBy: 'consumesApi',
  dependencyOf: 'dependsOn',
  hasPart: 'partOf',
  hasMember: 'memberOf',
  parentOf: 'childOf',
};

export function relationWord(type: string): string {
  return WORDS[type] ?? type.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** One edge for the two entries that the catalogue holds of a relation. */
export function forward(
  source: string,
  type: string,
  target: string,
): { source: string; type: string; target: string } {
  const turned = FORWARD[type];
  return turned ? { source: target, type: turned, target: source } : { source, type, target };
}

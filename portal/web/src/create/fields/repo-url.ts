/** The parts of Backstage's repository text, `host?owner=o&repo=r`. */
export interface RepoUrl {
  host: string;
  owner: string;
  repo: string;
}

export function parseRepoUrl(text: string): RepoUrl {
  const [host = '', query = ''] = text.split('?');
  const params = new URLSearchParams(query);
  return { host, owner: params.get('owner') ?? '', repo: params.get('repo') ?? '' };
}

/** `undefined` when nothing is filled in, so that "required" works. */
export function formatRepoUrl({ host, owner, repo }: RepoUrl): string | undefined {
  if (!owner && !repo) return undefined;
  const params = new URLSearchParams();
  if (owner) params.set('owner', owner);
  if (repo) params.set('repo', repo);
  return `${host}?${params.toString()}`;
}

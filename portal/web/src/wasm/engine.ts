import type { About } from '../api/types';

/** The engine as name, version and reason, whether the server tells it apart or in one line. */
export function engineOf({ engine, engineWhy = '' }: About): { name: string; version: string; why: string } {
  return typeof engine === 'string'
    ? { name: engine, version: '', why: engineWhy }
    : (engine ?? { name: 'none', version: '', why: '' });
}

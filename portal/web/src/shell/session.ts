import { createContext, useContext } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getEntity } from '../api/catalog';
import { related } from '../api/entity';
import { ApiError } from '../api/problem';
import type { Session } from '../api/types';

/** Where guests sign in; the state of the navigation says where they came from. */
export const SIGN_IN = '/sign-in';

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession is called outside of the signed-in part of the portal');
  return session;
}

/** The refs through which the person owns things: their own and those of their groups. */
export function useOwnership(): { refs: string[]; groups: string[]; inCatalogue: boolean; pending: boolean } {
  const { user } = useSession();
  const query = useQuery({
    queryKey: ['ownership', user.ref],
    queryFn: async ({ signal }) => {
      try {
        return await getEntity(user.ref, signal);
      } catch (error) {
        // A token's user need not stand in the catalogue: then there are no groups, which is not a failure.
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    staleTime: 300_000,
  });
  const groups = query.data ? related(query.data, 'memberOf') : [];
  return { refs: [user.ref, ...groups], groups, inCatalogue: Boolean(query.data), pending: query.isPending };
}

/** Reads `#token=…` and removes it from the address bar and the history, so that it is neither shown nor shared. */
export function takeTokenFromFragment(location: Location, history: History): string | null {
  const match = /^#(?:.*&)?token=([^&]+)/.exec(location.hash);
  if (!match?.[1]) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return decodeURIComponent(match[1]);
}

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { onSignedOut } from '../api/http';
import { getSession, signIn } from '../api/polder';
import { ApiError } from '../api/problem';
import type { Session } from '../api/types';
import { ErrorState } from '../ui/ErrorState';
import { SessionContext, SIGN_IN, takeTokenFromFragment } from './session';
import { SignIn } from './SignIn';

// Read once, before the router looks at the URL; React may mount twice in development.
const linkToken = takeTokenFromFragment(window.location, window.history);
let opening: Promise<Session> | undefined;

function open(): Promise<Session> {
  opening ??= linkToken ? signIn(linkToken) : getSession();
  return opening;
}

type State =
  | { at: 'asking' }
  | { at: 'out'; why: string | null }
  | { at: 'in'; session: Session }
  | { at: 'failed'; error: unknown };

/** Shows the portal to somebody who is signed in, and the way in to everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ at: 'asking' });
  const queries = useQueryClient();
  const { pathname, state: came } = useLocation();
  const navigate = useNavigate();

  const start = useCallback(() => {
    open().then(
      (session) => {
        setState({ at: 'in', session });
      },
      (error: unknown) => {
        opening = undefined;
        if (error instanceof ApiError && error.status === 401) {
          setState({
            at: 'out',
            why: linkToken ? 'The token in the link was not accepted. It may have been replaced.' : null,
          });
        } else setState({ at: 'failed', error });
      },
    );
  }, []);

  useEffect(() => {
    start();
    return onSignedOut(() => {
      setState({ at: 'out', why: 'Your session has ended. Sign in again to go on where you were.' });
    });
  }, [start]);

  if (state.at === 'asking') return null;
  if (state.at === 'failed') {
    return (
      <main className="page">
        <h1>Polder</h1>
        <ErrorState what="The portal could not start" error={state.error} retry={start} />
      </main>
    );
  }
  const signingIn = pathname === SIGN_IN;
  const guest = state.at === 'in' && state.session.guest === true;
  if (state.at === 'out' || (guest && signingIn)) {
    return (
      <SignIn
        why={state.at === 'out' ? state.why : null}
        asGuest={guest}
        onSession={(session) => {
          queries.clear();
          setState({ at: 'in', session });
          if (signingIn) void navigate(typeof came === 'string' ? came : '/', { replace: true });
        }}
      />
    );
  }
  return <SessionContext value={state.session}>{children}</SessionContext>;
}

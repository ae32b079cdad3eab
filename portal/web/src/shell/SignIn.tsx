import { Button, PasswordInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { Link } from 'react-router';
import { signIn } from '../api/polder';
import { ApiError } from '../api/problem';
import type { Session } from '../api/types';
import { Logo } from './Logo';
import './signin.css';

interface Props {
  why: string | null;
  /** Guests may go on without. */
  asGuest: boolean;
  onSession: (session: Session) => void;
}

export function SignIn({ why, asGuest, onSession }: Props) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    document.title = 'Sign in · Polder';
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() === '') {
      setError('Paste the token first.');
      return;
    }
    setBusy(true);
    try {
      onSession(await signIn(token.trim()));
    } catch (cause) {
      const refused = cause instanceof ApiError && cause.status === 401;
      setError(refused ? 'This token is not accepted. Check that the whole line was copied.' : messageOf(cause));
      setBusy(false);
    }
  };

  return (
    <main className="signin">
      <form className="signin-form" onSubmit={(e) => void submit(e)} noValidate>
        <div className="row">
          <Logo size={32} />
          <h1>Sign in to Polder</h1>
        </div>
        {why && (
          <p role="status" className="small signin-why">
            {why}
          </p>
        )}
        <PasswordInput
          label="Admin token"
          description={
            <>
              <code>polder up</code> prints it once when it starts for the first time.
            </>
          }
          value={token}
          onChange={(e) => {
            setToken(e.currentTarget.value);
            setError(null);
          }}
          error={error}
          autoComplete="current-password"
          autoFocus
          size="md"
          classNames={{ innerInput: 'mono' }}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
        />
        <Button type="submit" loading={busy} fullWidth size="md">
          Sign in
        </Button>
        {asGuest && (
          <Link to="/" className="small">
            Go on as a guest
          </Link>
        )}
        <p className="small dim">
          The token stays on this machine: the browser keeps a session cookie that scripts cannot read.
        </p>
      </form>
    </main>
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

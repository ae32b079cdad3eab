import { useCallback, useEffect } from 'react';
import { useSession } from '../shell/session';
import { useStored } from '../ui/storage';
import { toast } from '../ui/toasts';
import { shortRef } from '../format/refs';

const NONE: string[] = [];
const MOST_RECENT = 20;

/** Stars are personal and kept in this browser, per user. */
export function useStars(): { stars: string[]; has: (ref: string) => boolean; toggle: (ref: string) => void } {
  const { user } = useSession();
  const [stars, setStars] = useStored<string[]>(`stars:${user.ref}`, NONE);
  const toggle = useCallback(
    (ref: string) => {
      setStars((old) => {
        const had = old.includes(ref);
        if (had) {
          toast({
            kind: 'notice',
            text: `${shortRef(ref)} is no longer starred`,
            undo: () => {
              setStars(old);
            },
          });
        }
        return had ? old.filter((each) => each !== ref) : [...old, ref];
      });
    },
    [setStars],
  );
  return { stars, has: (ref) => stars.includes(ref), toggle };
}

export function useRecent(): string[] {
  const { user } = useSession();
  return useStored<string[]>(`recent:${user.ref}`, NONE)[0];
}

/** Notes a visit, newest first. */
export function useNoteVisit(ref: string | null): void {
  const { user } = useSession();
  const [, setRecent] = useStored<string[]>(`recent:${user.ref}`, NONE);
  useEffect(() => {
    if (ref) setRecent((old) => [ref, ...old.filter((each) => each !== ref)].slice(0, MOST_RECENT));
  }, [ref, setRecent]);
}

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  deleteDeadLetter,
  deleteDeadLetters,
  redeliver,
  redeliverAll,
  restoreDeadLetters,
  type DeadLetter,
  type Deleted,
} from '../api/events';
import { count, plural } from '../format/numbers';
import { toast } from '../ui/toasts';
import { errorWords } from './error-words';

export interface LetterActions {
  /** The id of the letter that is on its way, or `all`. */
  busy: string | null;
  again: (letter: DeadLetter) => void;
  allAgain: () => void;
  remove: (letter: DeadLetter) => void;
  removeAll: () => void;
}

/** What can be done with the dead letters of an app, or of one trigger of it; `gone` hears of a letter that is no more. */
export function useLetterActions(of: string, trigger: string, gone: (id: string) => void): LetterActions {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);

  const attempt = async (what: string, key: string, work: () => Promise<void>) => {
    setBusy(key);
    try {
      await work();
    } catch (error) {
      toast({
        kind: 'critical',
        text: `${what}: ${errorWords(error instanceof Error ? error.message : String(error))}`,
      });
    } finally {
      setBusy(null);
      for (const name of ['dead-letters', 'event-triggers']) void queries.invalidateQueries({ queryKey: [name, of] });
    }
  };
  const taken = ({ deleted, undo }: Deleted, text: string) => {
    toast({
      kind: 'notice',
      text,
      undo: () =>
        void attempt('They could not be brought back', undo, async () => {
          await restoreDeadLetters(of, undo);
          toast({ kind: 'good', text: deleted === 1 ? 'The dead letter is back' : `${count(deleted)} are back` });
        }),
    });
  };
  return {
    busy,
    again: (letter) =>
      void attempt('It failed again and stays', letter.id, async () => {
        await redeliver(of, letter.id);
        gone(letter.id);
        toast({ kind: 'good', text: `Delivered the event of ${letter.subject}` });
      }),
    allAgain: () =>
      void attempt('They could not be delivered', 'all', async () => {
        const { delivered, failed, left } = await redeliverAll(of, trigger);
        const rest = [
          failed > 0 && `${count(failed)} failed again and stay`,
          left > 0 && `${count(left)} were not begun in 45 s`,
        ].filter(Boolean);
        toast({
          kind: rest.length === 0 ? 'good' : 'warning',
          text: [`Delivered ${plural(delivered, 'event')}`, ...rest].join('; '),
        });
      }),
    remove: (letter) =>
      void attempt('Deleting failed', `delete ${letter.id}`, async () => {
        taken(await deleteDeadLetter(of, letter.id), `The event of ${letter.subject} is deleted`);
        gone(letter.id);
      }),
    removeAll: () =>
      void attempt('Deleting failed', 'delete', async () => {
        const deleted = await deleteDeadLetters(of, trigger);
        taken(deleted, `${plural(deleted.deleted, 'dead letter')} deleted`);
      }),
  };
}

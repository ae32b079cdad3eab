import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { countOfLocation, locationOf, registerLocation, unregisterLocation } from '../api/catalog';
import { parseRef } from '../format/refs';
import { toast } from '../ui/toasts';

/** Takes the location of an entity out of the catalogue at once; the toast says what went and brings it back. */
export function useUnregister(of: string): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const again = async () => {
    await queries.invalidateQueries();
  };
  return async () => {
    try {
      const location = await locationOf(of);
      if (!location) {
        toast({
          kind: 'notice',
          text: `${parseRef(of).name} comes from the configuration, not from a registered location: change catalog.locations or its descriptor.`,
        });
        return;
      }
      const count = await countOfLocation(location);
      await unregisterLocation(location.id);
      await again();
      await navigate('/catalog');
      toast({
        kind: 'good',
        text: `Unregistered ${location.target}: ${count} ${count === 1 ? 'entity' : 'entities'} left the catalogue`,
        undo: () => {
          registerLocation(location)
            .then(again)
            .then(() => navigate(`/catalog/${parseRef(of).namespace}/${parseRef(of).kind}/${parseRef(of).name}`))
            .catch((error: unknown) => {
              toast({ kind: 'critical', text: `${location.target} could not be registered again: ${words(error)}` });
            });
        },
      });
    } catch (error) {
      toast({ kind: 'critical', text: `${of} could not be unregistered: ${words(error)}` });
    }
  };
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

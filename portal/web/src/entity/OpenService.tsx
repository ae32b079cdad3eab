import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useFacts } from '../strip/facts-store';

/** The one primary action of a running component: see it answer. */
export function OpenService({ of }: { of: string }) {
  const url = useFacts(of)?.runs?.url;
  if (!url) return null;
  return (
    <Button component="a" href={url} target="_blank" rel="noreferrer" rightSection={<IconExternalLink size={16} />}>
      Open service
    </Button>
  );
}

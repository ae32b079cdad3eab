import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { toast } from './toasts';

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ kind: 'warning', text: 'The browser did not allow copying. Select the text and copy it by hand.' });
    return false;
  }
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setDone(true);
    setTimeout(() => {
      setDone(false);
    }, 1500);
  };
  return (
    <Tooltip label={done ? 'Copied' : `Copy ${what}`}>
      <ActionIcon variant="subtle" size="sm" color="gray" aria-label={`Copy ${what}`} onClick={() => void copy()}>
        {done ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** A value a person will paste elsewhere: monospaced, may wrap anywhere, with its copy button. */
export function Copyable({ text, shown, what }: { text: string; shown?: string; what: string }) {
  return (
    <span className="copyable">
      <span className="mono break" title={shown ? text : undefined}>
        {shown ?? text}
      </span>
      <CopyButton text={text} what={what} />
    </span>
  );
}

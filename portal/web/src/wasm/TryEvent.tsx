import { Button, SegmentedControl, TextInput, Textarea } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { AppTrigger } from '../api/app';
import { fireTrigger } from '../api/events';
import { ActButton } from '../ui/ActButton';
import { ErrorState } from '../ui/ErrorState';
import { Status } from '../ui/Status';
import { shortTime } from './histogram';
import { TryForm } from './TryForm';
import { useAttempt } from './useAttempt';

/** An event by hand: the component runs once with it; nothing is retried and no dead letter is kept. */
export function TryEvent({ of, trigger }: { of: string; trigger: AppTrigger }) {
  const cron = trigger.kind === 'cron';
  const [payload, setPayload] = useState('');
  const [subject, setSubject] = useState('');
  const [encoding, setEncoding] = useState<'text' | 'base64'>('text');
  const attempt = useAttempt<{ millis: number }>(of);
  const send = () => {
    attempt.send((signal) =>
      fireTrigger(of, trigger.id, cron ? {} : { payload, encoding, ...(subject ? { subject } : {}) }, signal),
    );
  };
  return (
    <div className="stack">
      <TryForm send={send}>
        <p className="small dim">
          {cron
            ? 'The component runs once, as if the time had come.'
            : 'The component runs once with this event, as if it had come from its source.'}
        </p>
        {!cron && (
          <>
            <TextInput
              label="Subject"
              size="xs"
              placeholder={trigger.source ?? ''}
              value={subject}
              onChange={(e) => {
                setSubject(e.currentTarget.value);
              }}
            />
            <SegmentedControl
              size="xs"
              aria-label="Payload given as"
              value={encoding}
              onChange={(value) => {
                setEncoding(value === 'base64' ? 'base64' : 'text');
              }}
              data={[
                { value: 'text', label: 'Text' },
                { value: 'base64', label: 'Base64' },
              ]}
            />
            <Textarea
              label={encoding === 'text' ? 'Payload' : 'Payload in Base64'}
              data-autofocus
              size="xs"
              autosize
              minRows={4}
              maxRows={16}
              styles={{ input: { fontFamily: 'var(--p-mono)' } }}
              value={payload}
              onChange={(e) => {
                setPayload(e.currentTarget.value);
              }}
            />
          </>
        )}
        <div className="row">
          <ActButton type="submit" size="xs" leftSection={<IconPlayerPlay size={14} />} loading={attempt.pending}>
            {cron ? 'Run now' : 'Send the event'}
          </ActButton>
          {attempt.pending && (
            <Button size="xs" variant="default" onClick={attempt.cancel}>
              Cancel
            </Button>
          )}
        </div>
      </TryForm>
      <div aria-live="polite" aria-busy={attempt.pending}>
        {attempt.error !== null && (
          <ErrorState
            what="The component did not take the event"
            error={attempt.error}
            kept="What you filled in is still here."
            retry={send}
          />
        )}
        {attempt.answer && (
          <p className="row small">
            <Status kind="good" word="Done" /> in {shortTime(attempt.answer.millis)}. What it wrote is in the log below.
          </p>
        )}
      </div>
    </div>
  );
}

import { Button, Modal } from '@mantine/core';
import { IconPlayerStop, IconRefresh, IconRotate2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { cancelTask, retryTask } from '../api/scaffolder';
import type { Task, TaskStatus } from '../api/task-types';
import { parseRef } from '../format/refs';
import { ActButton } from '../ui/ActButton';
import { toast } from '../ui/toasts';
import { taskTitle } from './task-title';

interface Props {
  task: Task;
  status: TaskStatus;
  onRetried: () => void;
}

/** Cancel while it runs; retry or start over once it has ended. */
export function TaskActions({ task, status, onRetried }: Props) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const running = status === 'open' || status === 'processing';
  const template = task.spec.templateInfo?.entityRef;

  const attempt = async (what: string, act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast({ kind: 'critical', text: `${what} failed: ${error instanceof Error ? error.message : String(error)}` });
    }
    setBusy(false);
  };
  const startOver = () => {
    if (!template) return;
    const { namespace, name } = parseRef(template);
    void navigate(`/create/templates/${namespace}/${name}?from=${encodeURIComponent(task.id)}`);
  };
  return (
    <>
      {running && (
        <ActButton
          variant="default"
          leftSection={<IconPlayerStop size={16} />}
          onClick={() => {
            setAsking(true);
          }}
        >
          Cancel
        </ActButton>
      )}
      {!running && template && (
        <Button variant="default" leftSection={<IconRotate2 size={16} />} onClick={startOver}>
          Start over
        </Button>
      )}
      {(status === 'failed' || status === 'cancelled') && (
        <ActButton
          loading={busy}
          leftSection={<IconRefresh size={16} />}
          onClick={() =>
            void attempt('The retry', async () => {
              await retryTask(task.id);
              onRetried();
            })
          }
        >
          Retry
        </ActButton>
      )}
      <Modal
        opened={asking}
        onClose={() => {
          setAsking(false);
        }}
        title={`Cancel “${taskTitle(task)}”?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className="stack">
          <p>The running step is stopped. What earlier steps have already made, such as a repository, stays.</p>
          <div className="row">
            <Button
              color="red"
              loading={busy}
              onClick={() =>
                void attempt('Cancelling', async () => {
                  await cancelTask(task.id);
                  setAsking(false);
                })
              }
            >
              Cancel the task
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setAsking(false);
              }}
            >
              Let it run
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

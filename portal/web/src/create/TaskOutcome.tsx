import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { TaskOutput } from '../api/task-types';
import { refPath, shortRef } from '../format/refs';
import { CopyButton } from '../ui/Copy';
import { kindIcon } from '../ui/kinds';
import { Markdown } from '../ui/Markdown';
import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import type { Progress } from './task-progress';

/** How it ended: the links and texts that the template gives, or the error and the step it came from. */
export function TaskOutcome({ progress, onShowStep }: { progress: Progress; onShowStep: (id: string) => void }) {
  if (progress.status === 'failed') {
    const failed = [...progress.steps].find(([, step]) => step.status === 'failed')?.[0];
    const message = progress.error?.message ?? 'The task failed without a message; the log may say more.';
    return (
      <div className="failure" role="alert" style={{ margin: 0 }}>
        <div className="failure-body stack-s">
          <Status kind="critical" word="Failed" quiet />
          <p className="small break failure-why mono">{message}</p>
          <p className="small dim">
            What the finished steps made is kept. Correct the cause and retry, or start over with the same values.
          </p>
          <div className="row">
            {failed && (
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  onShowStep(failed);
                }}
              >
                Show the failed step
              </Button>
            )}
            <CopyButton text={message} what="the message" />
          </div>
        </div>
      </div>
    );
  }
  const { output } = progress;
  if (!output || (!output.links?.length && !output.text?.length)) return null;
  return (
    <Panel title="Made">
      <div className="stack">
        <Links links={output.links ?? []} />
        {output.text?.map((text, i) => (
          <div key={text.title ?? i}>
            {text.title && <h3>{text.title}</h3>}
            <Markdown text={text.content ?? ''} />
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Links({ links }: { links: NonNullable<TaskOutput['links']> }) {
  if (links.length === 0) return null;
  // The first link is what one wants to see: it gets the weight of the primary action.
  return (
    <div className="row row-wrap">
      {links.map(({ title, url, entityRef }, i) => {
        const variant = i === 0 ? 'filled' : 'default';
        if (entityRef) {
          const Shape = kindIcon(entityRef.split(':')[0] ?? '');
          return (
            <Button
              key={entityRef}
              component={PageLink}
              to={refPath(entityRef)}
              variant={variant}
              leftSection={<Shape size={16} />}
            >
              {title ?? shortRef(entityRef)}
            </Button>
          );
        }
        if (!url || !/^(https?:|\/)/i.test(url)) return null;
        return (
          <Button
            key={url}
            component="a"
            href={url}
            target="_blank"
            rel="noreferrer"
            variant={variant}
            rightSection={<IconExternalLink size={15} />}
          >
            {title ?? url}
          </Button>
        );
      })}
    </div>
  );
}

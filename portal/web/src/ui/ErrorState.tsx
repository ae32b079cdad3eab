import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { ApiError } from '../api/problem';
import { CopyButton } from './Copy';
import './states.css';

interface Props {
  /** What failed, as the start of a sentence: "The catalogue could not be read". */
  what: string;
  error: unknown;
  /** What is still safe or shown. */
  kept?: string;
  retry?: () => void;
}

/** Says what failed, why, what was kept, and what to do; the detail can be copied. */
export function ErrorState({ what, error, kept, retry }: Props) {
  const why = error instanceof Error ? error.message : String(error);
  const report = error instanceof ApiError ? error.report : why;
  const code = error instanceof ApiError ? error.code : null;
  // Trying again changes nothing where somebody may not do it.
  const forbidden = error instanceof ApiError && error.status === 403;
  return (
    <div className="failure" role="alert">
      <IconAlertOctagon size={20} aria-hidden />
      <div className="failure-body">
        <p className="failure-title">{what}</p>
        <p className="small break failure-why">{why}</p>
        {error instanceof ApiError && error.where && <p className="mono small break">{error.where}</p>}
        {kept && <p className="small dim">{kept}</p>}
        <div className="row row-wrap failure-actions">
          {retry && !forbidden && (
            <Button variant="default" size="xs" onClick={retry}>
              Try again
            </Button>
          )}
          <span className="mono tiny dim">{code}</span>
          <CopyButton text={`${what}\n${report}`} what="the detail" />
        </div>
      </div>
    </div>
  );
}

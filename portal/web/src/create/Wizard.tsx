import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router';
import { createTask } from '../api/scaffolder';
import type { ParameterSchema } from '../api/task-types';
import type { JsonObject } from '../api/types';
import { ActButton } from '../ui/ActButton';
import { ErrorState } from '../ui/ErrorState';
import { Markdown } from '../ui/Markdown';
import { useUrlState } from '../ui/useUrlState';
import { dropDraft, withoutMasks, writeDraft } from './draft';
import { Review } from './Review';
import { StepForm } from './StepForm';

interface Props {
  templateRef: string;
  schema: ParameterSchema;
  initial: JsonObject;
}

/** The pages of a template's form, then the review. The page one is on stands in the URL; what is typed is kept. */
export function Wizard({ templateRef, schema, initial }: Props) {
  const [params, change] = useUrlState();
  const navigate = useNavigate();
  const [values, setValues] = useState(() => withoutMasks(initial));
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [reached, setReached] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const last = schema.steps.length;
  const step = Math.min(Number(params.get('step') ?? 0) || 0, reached);
  const current = schema.steps[step];
  const labels = schema.presentation?.buttonLabels;

  const update = useCallback(
    (next: JsonObject) => {
      setValues((old) => {
        // What a page takes away (a condition that no longer holds) must not stay behind in the task.
        const kept = Object.entries(old).filter(([key]) => key in next || !isOnPage(current?.schema, key));
        const merged = { ...Object.fromEntries(kept), ...next };
        writeDraft(templateRef, merged);
        return merged;
      });
    },
    [templateRef, current?.schema],
  );
  const setSecret = useCallback((name: string, value: string) => {
    setSecrets((old) => ({ ...old, [name]: value }));
  }, []);
  const go = (to: number) => {
    setReached(Math.max(reached, to));
    change({ step: to === 0 ? null : String(to) }, { push: true });
  };
  const create = async () => {
    setBusy(true);
    setError(null);
    try {
      const id = await createTask(templateRef, values, secrets);
      dropDraft(templateRef);
      void navigate(`/create/tasks/${id}`);
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  const names = [...schema.steps.map((s) => s.title), 'Review'];
  return (
    <div className="wizard">
      <nav aria-label="Steps">
        <ol className="wizard-steps">
          {names.map((name, i) => (
            <li key={`${i} ${name}`}>
              {i <= reached && i !== step ? (
                <button
                  type="button"
                  className="wizard-step"
                  onClick={() => {
                    go(i);
                  }}
                >
                  <Mark index={i} done={i < reached} />
                  {name}
                </button>
              ) : (
                <span className="wizard-step" aria-current={i === step ? 'step' : undefined}>
                  <Mark index={i} done={false} />
                  {name}
                </span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <div className="stack">
        {current ? (
          <>
            <div>
              <h2>{current.title}</h2>
              {current.description && (
                <div className="dim small">
                  <Markdown text={current.description} />
                </div>
              )}
            </div>
            <StepForm
              key={step}
              schema={current.schema}
              values={values}
              onChange={update}
              setSecret={setSecret}
              onDone={(next) => {
                update(next);
                go(step + 1);
              }}
            >
              {(submitting) => (
                <>
                  <Back step={step} go={go} label={labels?.backButtonText} />
                  <Button type="submit" onClick={submitting}>
                    {step + 1 === last ? (labels?.reviewButtonText ?? 'Review') : 'Next'}
                  </Button>
                </>
              )}
            </StepForm>
          </>
        ) : (
          <>
            <Review templateRef={templateRef} schema={schema} values={values} />
            {error !== null && (
              <ErrorState
                what="The task could not be started"
                error={error}
                kept="Nothing was made. What you filled in is kept."
              />
            )}
            <div className="wizard-buttons">
              <Back step={step} go={go} label={labels?.backButtonText} />
              <ActButton loading={busy} onClick={() => void create()}>
                {labels?.createButtonText ?? 'Create'}
              </ActButton>
            </div>
          </>
        )}
      </div>
    </div>
  );
}

function isOnPage(schema: JsonObject | undefined, key: string): boolean {
  return schema !== undefined && JSON.stringify(schema).includes(`"${key}"`);
}

function Mark({ index, done }: { index: number; done: boolean }) {
  return <span className="num">{done ? <IconCheck size={12} aria-label="done" /> : index + 1}</span>;
}

function Back({ step, go, label }: { step: number; go: (to: number) => void; label: string | undefined }) {
  if (step === 0) return <span />;
  return (
    <Button
      variant="default"
      onClick={() => {
        go(step - 1);
      }}
    >
      {label ?? 'Back'}
    </Button>
  );
}

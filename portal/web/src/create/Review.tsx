import { useQuery } from '@tanstack/react-query';
import { stringify } from 'yaml';
import { previewTask } from '../api/scaffolder';
import type { ParameterSchema } from '../api/task-types';
import type { Json, JsonObject } from '../api/types';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { Panel } from '../ui/Panel';
import { EntityLink } from '../ui/EntityLink';
import { fieldTitles } from './field-titles';

/** Exactly what will be made: the values, the steps that run, and the entities that will stand in the catalogue. */
export function Review({
  templateRef,
  schema,
  values,
}: {
  templateRef: string;
  schema: ParameterSchema;
  values: JsonObject;
}) {
  const preview = useQuery({
    queryKey: ['preview', templateRef, values],
    queryFn: ({ signal }) => previewTask(templateRef, values, signal),
    retry: false,
  });
  const titles = fieldTitles(schema);
  return (
    <>
      <h2>Review</h2>
      <Panel title="Values">
        <FactsList
          facts={Object.entries(values).map(([name, value]) => [
            titles.get(name) ?? name,
            <Value key={name} value={value} />,
          ])}
        />
      </Panel>
      <Panel title="What will happen" flush>
        {preview.isPending && <Loading rows={3} what="Working out what will be made" />}
        {preview.error && (
          <ErrorState
            what="The preview could not be worked out"
            error={preview.error}
            kept="Your values are kept. Correct them, or create without a preview."
            retry={() => void preview.refetch()}
          />
        )}
        <ol className="plain-list">
          {preview.data?.steps.map((step, i) => (
            <li key={step.id} className="list-row small">
              <span className="num dim">{i + 1}</span>
              <span className="clip">{step.name}</span>
              <code className="push dim clip">{step.action}</code>
            </li>
          ))}
        </ol>
      </Panel>
      {preview.data && preview.data.entities.length > 0 && (
        <Panel title="Entities that will be made" flush>
          <ul className="plain-list">
            {preview.data.entities.map((entity, i) =>
              typeof entity === 'string' ? (
                <li key={entity} className="list-row">
                  <EntityLink entity={entity} />
                </li>
              ) : (
                <li key={i} className="panel-body">
                  <pre className="small break">{stringify(entity)}</pre>
                </li>
              ),
            )}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Value({ value }: { value: Json }) {
  if (value === null || value === '') return <span className="dim">empty</span>;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'object') return <pre className="small break">{stringify(value)}</pre>;
  return <span className="mono">{String(value)}</span>;
}

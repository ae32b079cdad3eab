import { SegmentedControl } from '@mantine/core';
import { IconApi } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { entityRef, entityTitle, specText } from '../api/entity';
import type { Entity } from '../api/types';
import { CodeView } from '../ui/CodeView';
import { CopyButton } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { readDefinition, type Operation, type ReadDefinition } from './openapi';

function read(type: string, definition: string): { document: ReadDefinition | null; problem: string | null } {
  try {
    return { document: readDefinition(type, definition), problem: null };
  } catch (error) {
    return { document: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** One API: its operations where they can be read, and always the text itself. */
export function Definition({ entity, linked = false }: { entity: Entity; linked?: boolean }) {
  const type = specText(entity, 'type') ?? '';
  const definition = specText(entity, 'definition') ?? '';
  const { document, problem } = useMemo(() => read(type, definition), [type, definition]);
  const [asText, setAsText] = useState(false);
  const readable = document !== null && document.operations.length > 0;
  return (
    <Panel
      title={document?.title ?? entityTitle(entity)}
      flush
      side={
        <>
          <span className="tag">{[type, document?.version].filter(Boolean).join(' ')}</span>
          {linked && <EntityLink entity={entityRef(entity)} />}
          {readable && (
            <SegmentedControl
              size="xs"
              aria-label="Shown as"
              value={asText ? 'text' : 'operations'}
              onChange={(value) => {
                setAsText(value === 'text');
              }}
              data={[
                { value: 'operations', label: type === 'asyncapi' ? 'Channels' : 'Operations' },
                { value: 'text', label: 'Definition' },
              ]}
            />
          )}
          <CopyButton text={definition} what="the definition" />
        </>
      }
    >
      {problem && (
        <div className="list-row">
          <Status kind="warning" word="Not readable" />
          <span className="small break">
            As {type} it has a mistake: {problem}. The text is shown as it is.
          </span>
        </div>
      )}
      {definition === '' && (
        <EmptyState icon={IconApi} title="No definition" text="spec.definition of this API is empty." compact />
      )}
      {definition !== '' && readable && !asText && <Operations operations={document.operations} />}
      {definition !== '' && (!readable || asText) && (
        <CodeView
          text={definition}
          language={
            definition.trimStart().startsWith('{') ? 'json' : /^(openapi|asyncapi)$/.test(type) ? 'yaml' : 'text'
          }
          label={`Definition of ${entity.metadata.name}`}
        />
      )}
    </Panel>
  );
}

function Operations({ operations }: { operations: Operation[] }) {
  return (
    <ul className="plain-list">
      {operations.map((operation) => (
        <li key={`${operation.method} ${operation.path}`}>
          <details>
            <summary className="list-row">
              <span className="operation">
                <span className="mono method small">{operation.method}</span>
                <span className="row row-wrap">
                  <span className="mono break">{operation.path}</span>
                  <span className="dim small">{operation.summary}</span>
                  {operation.deprecated && <Status kind="warning" word="Deprecated" />}
                </span>
              </span>
            </summary>
            <div className="operation-detail stack-s small">
              {operation.description && <p>{operation.description}</p>}
              {operation.parameters.map((p) => (
                <p key={p.where + p.name} className="row row-wrap">
                  <code>{p.name}</code>
                  <span className="dim">
                    {p.where}, {p.type}
                    {p.required ? ', required' : ''}
                  </span>
                  {p.description && <span>{p.description}</span>}
                </p>
              ))}
              {operation.responses.map((r) => (
                <p key={r.status} className="row">
                  <span className="mono num">{r.status}</span>
                  <span className="dim">{r.description}</span>
                </p>
              ))}
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}

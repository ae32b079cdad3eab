import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconApi, IconPlayerPlay } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { entityRef, entityTitle, specText } from '../api/entity';
import type { Entity } from '../api/types';
import { CodeView } from '../ui/CodeView';
import { CopyButton } from '../ui/Copy';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { SidePanel } from '../ui/SidePanel';
import { useUrlState } from '../ui/useUrlState';
import { readDefinition, type Operation, type ReadDefinition } from './openapi';
import { TryOperation } from './TryOperation';
import { useProvider } from './useProvider';

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
      {readable &&
        !asText &&
        (type === 'openapi' ? (
          <TriedOperations api={entity} document={document} />
        ) : (
          <Operations operations={document.operations} />
        ))}
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

/** Operations that can be tried, where a component that provides them serves in Polder; else with the reason. */
function TriedOperations({ api, document }: { api: Entity; document: ReadDefinition }) {
  const [params, change] = useUrlState();
  const { running, why } = useProvider(api);
  const [chosen, setChosen] = useState('');
  const provider = running.find((w) => w.ref === chosen) ?? running[0];
  const prefix = `${entityRef(api)} `;
  const asked = params.get('operation');
  const tried = document.operations.find((o) => asked === prefix + idOf(o));
  return (
    <>
      {why !== null && (
        <p className="list-row tried-at small dim break">These operations cannot be tried here: {why}.</p>
      )}
      {provider && (
        <div className="list-row row-wrap tried-at small">
          <span className="dim">Tried at</span>
          <EntityLink entity={provider.ref} tab="wasm" />
          <span className="dim">through the gateway, as a client of it would.</span>
          {running.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label="Component that answers"
              data={running.map((w) => w.ref)}
              value={provider.ref}
              onChange={(e) => {
                setChosen(e.currentTarget.value);
              }}
            />
          )}
        </div>
      )}
      <Operations
        operations={document.operations}
        {...(provider && {
          onTry: (operation: Operation) => {
            change({ operation: prefix + idOf(operation) }, { push: true });
          },
        })}
      />
      <SidePanel
        opened={provider !== undefined && tried !== undefined}
        onClose={() => {
          change({ operation: null });
        }}
        title={
          tried ? (
            <>
              Try{' '}
              <span className="mono break">
                {tried.method.toUpperCase()} {tried.path}
              </span>
            </>
          ) : (
            ''
          )
        }
      >
        {provider && tried && (
          <TryOperation
            key={`${provider.ref} ${idOf(tried)}`}
            of={provider.ref}
            url={provider.url}
            operation={tried}
            basePath={document.basePath}
          />
        )}
      </SidePanel>
    </>
  );
}

const idOf = ({ method, path }: Operation): string => `${method} ${path}`;

function Operations({ operations, onTry }: { operations: Operation[]; onTry?: (operation: Operation) => void }) {
  return (
    <ul className="plain-list">
      {operations.map((operation) => (
        <li key={idOf(operation)} className="operation-row">
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
              {operation.body && (
                <p className="row row-wrap">
                  <code>body</code>
                  <span className="dim">
                    {operation.body.type}
                    {operation.body.required ? ', required' : ''}
                  </span>
                </p>
              )}
              {operation.responses.map((r) => (
                <p key={r.status} className="row">
                  <span className="mono num">{r.status}</span>
                  <span className="dim">{r.description}</span>
                </p>
              ))}
            </div>
          </details>
          {onTry && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerPlay size={14} />}
              aria-label={`Try ${operation.method.toUpperCase()} ${operation.path}`}
              onClick={() => {
                onTry(operation);
              }}
            >
              Try
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

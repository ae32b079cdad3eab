import { IconTrash } from '@tabler/icons-react';
import { stringify } from 'yaml';
import type { Resource } from '../api/types';
import { ActButton } from '../ui/ActButton';
import { CodeView } from '../ui/CodeView';
import { CopyButton } from '../ui/Copy';
import { SidePanel } from '../ui/SidePanel';
import { Status } from '../ui/Status';
import { conditions, resourceLine } from './resource-text';

interface Props {
  resource: Resource | null;
  onClose: () => void;
  onDelete: (resource: Resource) => void;
}

export function ResourcePanel({ resource, onClose, onDelete }: Props) {
  const yaml = resource ? stringify(resource, { lineWidth: 0 }) : '';
  return (
    <SidePanel
      opened={resource !== null}
      onClose={onClose}
      title={resource ? `${resource.kind} ${resource.metadata.name}` : ''}
    >
      {resource && (
        <div className="stack">
          <p>{resourceLine(resource)}</p>
          <ul className="stack-s">
            {conditions(resource).map((c) => (
              <li key={c.type} className="row row-wrap small">
                <Status kind={c.ok ? 'good' : 'warning'} word={c.ok ? c.type : `Not ${c.type.toLowerCase()}`} />
                <span className="break">{c.message}</span>
              </li>
            ))}
          </ul>
          <div className="row">
            <h3>YAML</h3>
            <CopyButton text={yaml} what="the YAML" />
            <ActButton
              className="push"
              size="xs"
              variant="default"
              leftSection={<IconTrash size={14} />}
              onClick={() => {
                onDelete(resource);
              }}
            >
              Delete
            </ActButton>
          </div>
          <CodeView text={yaml} language="yaml" label={`YAML of ${resource.metadata.name}`} />
        </div>
      )}
    </SidePanel>
  );
}

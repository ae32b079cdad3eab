import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import { stringify } from 'yaml';
import { entityRef } from '../api/entity';
import type { Entity } from '../api/types';
import { download } from '../catalog/export';
import { CodeView } from '../ui/CodeView';
import { CopyButton } from '../ui/Copy';
import { Panel } from '../ui/Panel';
import { useUrlState } from '../ui/useUrlState';
import { AncestryPanel } from './AncestryPanel';

/** The entity as the catalogue serves it, and where it came from. */
export default function YamlTab({ entity }: { entity: Entity }) {
  const [params, change] = useUrlState();
  const format = params.get('format') === 'json' ? 'json' : 'yaml';
  const text = useMemo(
    () => (format === 'json' ? JSON.stringify(entity, null, 2) : stringify(entity, { lineWidth: 0 })),
    [entity, format],
  );
  return (
    <div className="grid-12">
      <div className="col-8">
        <Panel
          title="As served"
          flush
          side={
            <>
              <SegmentedControl
                size="xs"
                aria-label="Format"
                value={format}
                onChange={(value) => {
                  change({ format: value === 'yaml' ? null : value });
                }}
                data={[
                  { value: 'yaml', label: 'YAML' },
                  { value: 'json', label: 'JSON' },
                ]}
              />
              <CopyButton text={text} what="the descriptor" />
              <Button
                size="xs"
                variant="default"
                leftSection={<IconDownload size={14} />}
                onClick={() => {
                  download(`${entity.metadata.name}.${format}`, `application/${format}`, text);
                }}
              >
                Download
              </Button>
            </>
          }
        >
          <CodeView text={text} language={format} label={`Descriptor of ${entity.metadata.name}`} />
        </Panel>
      </div>
      <div className="col-4">
        <AncestryPanel of={entityRef(entity)} />
      </div>
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { getAbout, listToolchains } from '../api/polder';
import { WorkloadTable } from '../mesh/WorkloadTable';
import { Copyable } from '../ui/Copy';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { TabLinks } from '../ui/TabLinks';
import { engineOf } from './engine';

const TABS = [
  { id: 'apps', label: 'Apps', to: '/wasm' },
  { id: 'toolchains', label: 'Engine and toolchains', to: '/wasm/toolchains' },
];

/** What runs safely: the apps, the engine they run on, and what can be built on this machine. */
export default function WasmPage() {
  const { tab = 'apps' } = useParams();
  const tools = tab === 'toolchains';
  return (
    <div className={tools ? 'page' : 'page page-wide page-fill'}>
      <PageHeader title="Wasm" lead="What runs as WebAssembly, and on which engine" />
      <TabLinks label="Wasm" tabs={TABS} current={tab} />
      {tools ? <EngineAndTools /> : <WorkloadTable view="wasm" />}
    </div>
  );
}

function EngineAndTools() {
  const about = useQuery({ queryKey: ['about'], queryFn: ({ signal }) => getAbout(signal) });
  const tools = useQuery({ queryKey: ['toolchains'], queryFn: ({ signal }) => listToolchains(signal) });
  const engine = about.data ? engineOf(about.data) : null;
  return (
    <div className="grid-12">
      <div className="col-5">
        <Panel title="Engine">
          {about.error && (
            <ErrorState
              what="The engine could not be asked for"
              error={about.error}
              retry={() => void about.refetch()}
            />
          )}
          {about.isPending && <Loading rows={2} />}
          {engine && (
            <FactsList
              facts={[
                ['Runs on', `${engine.name} ${engine.version}`.trim()],
                ['Because', engine.why],
              ]}
            />
          )}
        </Panel>
      </div>
      <div className="col-7">
        <Panel title="Toolchains" flush>
          {tools.error && (
            <ErrorState
              what="The toolchains could not be read"
              error={tools.error}
              retry={() => void tools.refetch()}
            />
          )}
          {tools.isPending && <Loading rows={3} />}
          <ul className="plain-list">
            {tools.data?.map((tool) => (
              <li key={tool.id} className="list-row row-wrap">
                <Status kind={tool.found ? 'good' : 'warning'} word={tool.found ? 'Found' : 'Missing'} />
                <span className="mono">{tool.id}</span>
                {tool.version && <span className="mono dim small">{tool.version}</span>}
                <span className="push small break">
                  {tool.path && <Copyable text={tool.path} what={`the path of ${tool.id}`} />}
                  {tool.missing}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}

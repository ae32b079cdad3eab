import { useParams } from 'react-router';
import { PageHeader } from '../ui/PageHeader';
import { TabLinks } from '../ui/TabLinks';
import { ResourceTable } from './ResourceTable';
import { WorkloadTable } from './WorkloadTable';

const TABS = [
  { id: 'workloads', label: 'Workloads', to: '/mesh' },
  { id: 'gateways', label: 'Gateways', to: '/mesh/gateways' },
  { id: 'routes', label: 'Routes', to: '/mesh/routes' },
  { id: 'policies', label: 'Policies', to: '/mesh/policies' },
];

/** How things talk: who is in the mesh, what comes in, where it goes, who may. */
export default function MeshPage() {
  const { tab = 'workloads' } = useParams();
  return (
    <div className="page page-wide page-fill">
      <PageHeader title="Mesh" lead="How things talk: identities, routes and policies" />
      <TabLinks label="Mesh" tabs={TABS} current={tab} />
      {tab === 'gateways' && (
        <ResourceTable key={tab} kinds={['Gateway']} empty="A gateway lets requests in from outside." />
      )}
      {tab === 'routes' && (
        <ResourceTable key={tab} kinds={['HTTPRoute']} empty="A route sends hosts and paths to a service." />
      )}
      {tab === 'policies' && (
        <ResourceTable
          key={tab}
          kinds={['AuthorizationPolicy']}
          empty="A policy says which identities may call a workload."
        />
      )}
      {!TABS.some((t) => t.id === tab && t.id !== 'workloads') && <WorkloadTable view="mesh" />}
    </div>
  );
}

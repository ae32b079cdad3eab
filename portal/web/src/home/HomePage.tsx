import { Button } from '@mantine/core';
import { IconCirclePlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { countEntities } from '../api/catalog';
import { useSession } from '../shell/session';
import { PageHeader } from '../ui/PageHeader';
import { PageLink } from '../ui/PageLink';
import { FirstSteps } from './FirstSteps';
import { MyComponents } from './MyComponents';
import { ProblemsPanel } from './ProblemsPanel';
import { RecentTasks } from './RecentTasks';
import { RefsPanel } from './RefsPanel';
import { useRecent, useStars } from './personal';
import './home.css';

export default function HomePage() {
  const { user } = useSession();
  const { stars } = useStars();
  const recent = useRecent();
  const total = useQuery({
    queryKey: ['catalog', 'components'],
    queryFn: ({ signal }) => countEntities([{ kind: ['component'] }], '', signal),
  });
  return (
    <div className="page">
      <PageHeader
        title={`Hello, ${user.displayName}`}
        tab="Home"
        actions={
          <Button component={PageLink} to="/create" leftSection={<IconCirclePlus size={16} />}>
            Create
          </Button>
        }
      />
      {total.data === 0 && <FirstSteps />}
      <ProblemsPanel />
      <MyComponents />
      <div className="grid-12">
        <div className="col-4">
          <RefsPanel
            title="Starred"
            refs={stars}
            empty="Star what you look at often: the star stands beside every name."
          />
        </div>
        <div className="col-4">
          <RefsPanel
            title="Recently visited"
            refs={recent.slice(0, 8)}
            empty="Pages of entities that you open are kept here."
          />
        </div>
        <div className="col-4">
          <RecentTasks />
        </div>
      </div>
    </div>
  );
}

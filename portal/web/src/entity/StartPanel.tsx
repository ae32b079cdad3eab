import { useQuery } from '@tanstack/react-query';
import { getWorkload } from '../api/polder';
import { useFacts } from '../strip/facts-store';
import { Copyable } from '../ui/Copy';
import { FactsList } from '../ui/FactsList';
import { Panel } from '../ui/Panel';

/** Where the component answers and how to change it: what one needs first on a new service. */
export function StartPanel({ of }: { of: string }) {
  const runs = useFacts(of)?.runs ?? null;
  const { data } = useQuery({
    queryKey: ['workload', of],
    queryFn: ({ signal }) => getWorkload(of, signal),
    enabled: runs !== null,
  });
  if (!runs) return null;
  return (
    <Panel title="Use and change it">
      <FactsList
        facts={[
          ['URL', <Copyable key="url" text={runs.url} what="the URL" />],
          ['Try', <Copyable key="try" text={`curl -i ${runs.url}`} what="the command" />],
          [
            'Clone',
            data?.git ? <Copyable key="git" text={`git clone ${data.git.cloneUrl}`} what="the command" /> : null,
          ],
          [
            'Deploy',
            data?.git ? (
              <span key="deploy">
                Push to <code>{data.git.branch}</code>: Polder builds it and serves it; a broken build keeps the old
                version.
              </span>
            ) : null,
          ],
        ]}
      />
    </Panel>
  );
}

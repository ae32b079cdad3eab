import { useQuery } from '@tanstack/react-query';
import { listProblems } from '../api/polder';
import { plural } from '../format/numbers';
import { CopyButton } from '../ui/Copy';
import { ErrorState } from '../ui/ErrorState';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';

/** Descriptors with mistakes, each with its place; shown only when there are any. */
export function ProblemsPanel() {
  const query = useQuery({
    queryKey: ['problems'],
    queryFn: ({ signal }) => listProblems(signal),
    refetchInterval: 15_000,
  });
  if (query.error)
    return (
      <ErrorState
        what="The catalogue's problems could not be read"
        error={query.error}
        retry={() => void query.refetch()}
      />
    );
  if (!query.data || query.data.length === 0) return null;
  return (
    <Panel
      title="Descriptors with mistakes"
      side={<Status kind="warning" word={plural(query.data.length, 'mistake')} />}
      flush
    >
      <ul className="plain-list">
        {query.data.map((problem) => {
          const place = [problem.location, problem.line, problem.column]
            .filter((v) => v !== null && v !== undefined)
            .join(':');
          return (
            <li key={`${place} ${problem.field ?? ''} ${problem.message}`} className="list-row problem">
              <div className="stack-s">
                <span className="row row-wrap">
                  <span className="mono small break">{place}</span>
                  <CopyButton text={place} what="the place" />
                  {problem.field && <span className="tag mono">{problem.field}</span>}
                </span>
                <span className="small break">{problem.message}</span>
              </div>
              <span className="push small dim problem-kept">
                {problem.kept ? 'last good version is served' : 'not in the catalogue'}
                <br />
                <Time at={problem.at} />
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

import { PageLink } from '../ui/PageLink';
import { Panel } from '../ui/Panel';

/** What to do on a Polder that has nothing in it yet. */
export function FirstSteps() {
  return (
    <Panel title="Start here" flush>
      <ol className="first-steps small">
        <li>
          <span className="num">1</span>
          <p>
            <PageLink to="/create">Create a service</PageLink> from a template. A minute later it runs, with an
            identity, a route and an SBOM.
          </p>
        </li>
        <li>
          <span className="num">2</span>
          <p>
            Or bring your own catalogue: <code>polder up --catalog PATH</code> reads Backstage&apos;s descriptors from
            files and folders.
          </p>
        </li>
        <li>
          <span className="num">3</span>
          <p>
            Change the service: <code>git clone</code> it, edit, <code>git push</code>. The new version serves without a
            dropped request.
          </p>
        </li>
      </ol>
    </Panel>
  );
}

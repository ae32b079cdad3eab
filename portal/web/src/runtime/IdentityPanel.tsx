import type { Workload } from '../api/types';
import { relativeTime } from '../format/time';
import { Copyable } from '../ui/Copy';
import { FactsList } from '../ui/FactsList';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import './chart.css';

/** How far a certificate's life has gone, between 0 and 1. */
export function lifeSpent(notBefore: string, notAfter: string, now: number): number {
  const from = new Date(notBefore).getTime();
  const to = new Date(notAfter).getTime();
  if (!(to > from)) return 1;
  return Math.min(1, Math.max(0, (now - from) / (to - from)));
}

/** Who the workload is in the mesh: its SPIFFE id and the certificate that proves it. */
export function IdentityPanel({ workload }: { workload: Workload }) {
  const { certificate, spiffeId } = workload;
  return (
    <Panel title="Identity">
      <FactsList
        facts={[
          ['SPIFFE id', <Copyable key="id" text={spiffeId} what="the SPIFFE id" />],
          [
            'Certificate',
            certificate ? (
              <Validity key="certificate" certificate={certificate} />
            ) : (
              <Status key="none" kind="unknown" word="not issued yet" />
            ),
          ],
          ['Serial', certificate ? <Copyable key="serial" text={certificate.serial} what="the serial number" /> : null],
          ['Renews', certificate ? <Time key="renews" at={certificate.renewsAt} /> : null],
        ]}
      />
    </Panel>
  );
}

function Validity({ certificate }: { certificate: NonNullable<Workload['certificate']> }) {
  const now = Date.now();
  const spent = lifeSpent(certificate.notBefore, certificate.notAfter, now);
  const renew = lifeSpent(certificate.notBefore, certificate.notAfter, new Date(certificate.renewsAt).getTime());
  const over = spent >= 1;
  return (
    <div className="stack-s">
      <span className="row row-wrap">
        <Status kind={over ? 'critical' : 'good'} word={over ? 'Expired' : 'Valid'} quiet />
        <span>
          {over ? 'since' : 'until'} <Time at={certificate.notAfter} />
        </span>
      </span>
      <span
        className="validity"
        role="img"
        aria-label={`${Math.round((1 - spent) * 100)} % of its life is left; renewal ${relativeTime(certificate.renewsAt)}`}
      >
        <span className={over ? 'spent' : undefined} style={{ width: `${(1 - spent) * 100}%` }} />
        <i style={{ left: `${(1 - renew) * 100}%` }} title="Renewal" />
      </span>
    </div>
  );
}

import { Button, SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconLogin2, IconLogout } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getAbout, signOut } from '../api/polder';
import { duration } from '../format/time';
import { SIGN_IN, useOwnership, useSession } from '../shell/session';
import { Copyable } from '../ui/Copy';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { FactsList } from '../ui/FactsList';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { Panel } from '../ui/Panel';
import { Status } from '../ui/Status';
import { engineOf } from '../wasm/engine';

export default function SettingsPage() {
  return (
    <div className="page">
      <PageHeader title="Settings" />
      <div className="grid-12">
        <div className="stack col-6">
          <Appearance />
          <Identity />
        </div>
        <div className="col-6">
          <About />
        </div>
      </div>
    </div>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title="Theme">
      <SegmentedControl
        aria-label="Theme"
        size="sm"
        value={colorScheme}
        onChange={(value) => {
          setColorScheme(value as MantineColorScheme);
        }}
        data={[
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
          { value: 'auto', label: 'As the system' },
        ]}
      />
    </Panel>
  );
}

function Identity() {
  const { user, guest } = useSession();
  const { groups, inCatalogue, pending } = useOwnership();
  return (
    <Panel title="Identity">
      <div className="stack">
        <FactsList
          facts={[
            ['Name', user.displayName],
            [
              'Ref',
              inCatalogue ? (
                <EntityLink key="ref" entity={user.ref} title={user.ref} />
              ) : (
                <Copyable key="ref" text={user.ref} what="your ref" />
              ),
            ],
            [
              'Owns as',
              groups.length > 0 ? (
                <span key="groups" className="row row-wrap">
                  {groups.map((ref) => (
                    <EntityLink key={ref} entity={ref} />
                  ))}
                </span>
              ) : pending ? null : (
                <span className="dim">
                  no group: the catalogue {inCatalogue ? 'names none of you' : 'does not know you'}
                </span>
              ),
            ],
            ['Kind', guest ? <Status key="guest" kind="notice" word="Guest" /> : null],
          ]}
        />
        <div>
          {guest ? (
            <Button component={Link} to={SIGN_IN} state="/settings" leftSection={<IconLogin2 size={16} />}>
              Sign in
            </Button>
          ) : (
            <Button
              variant="default"
              leftSection={<IconLogout size={16} />}
              onClick={() =>
                void signOut().finally(() => {
                  window.location.assign('/');
                })
              }
            >
              Sign out
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}

function About() {
  const about = useQuery({ queryKey: ['about'], queryFn: ({ signal }) => getAbout(signal) });
  const engine = about.data ? engineOf(about.data) : null;
  return (
    <Panel title="About this Polder">
      {about.error && (
        <ErrorState
          what="Polder could not be asked about itself"
          error={about.error}
          retry={() => void about.refetch()}
        />
      )}
      {about.isPending && <Loading rows={4} />}
      {about.data && engine && (
        <FactsList
          facts={[
            ['Version', about.data.version],
            ['Up for', duration(about.data.uptimeMs)],
            ['Engine', `${engine.name} ${engine.version}`.trim()],
            ['Because', engine.why],
            ['Store', about.data.store],
            ['Portal', <Copyable key="portal" text={about.data.urls.portal} what="the URL of the portal" />],
            ['Gateway', <Copyable key="gateway" text={about.data.urls.gateway} what="the URL of the gateway" />],
          ]}
        />
      )}
    </Panel>
  );
}

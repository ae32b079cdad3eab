import { Tooltip } from '@mantine/core';
import {
  IconCirclePlus,
  IconCpu,
  IconHome,
  IconLayoutList,
  IconLogin2,
  IconSettings,
  IconShieldCheck,
  IconTopologyStar3,
  type Icon,
} from '@tabler/icons-react';
import { NavLink, useLocation } from 'react-router';
import { prefetchPage } from '../pages';
import { Logo } from './Logo';
import { SIGN_IN, useSession } from './session';

const PLACES: { to: string; label: string; icon: Icon }[] = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/catalog', label: 'Catalogue', icon: IconLayoutList },
  { to: '/create', label: 'Create', icon: IconCirclePlus },
  { to: '/mesh', label: 'Mesh', icon: IconTopologyStar3 },
  { to: '/wasm', label: 'Wasm', icon: IconCpu },
  { to: '/evidence', label: 'Evidence', icon: IconShieldCheck },
];

function Place({ to, label, icon: Shape, from }: { to: string; label: string; icon: Icon; from?: string }) {
  return (
    <li className={to === SIGN_IN ? 'rail-sign-in' : undefined}>
      <Tooltip label={label} position="right" classNames={{ tooltip: 'rail-tip' }}>
        <NavLink
          to={to}
          end={to === '/'}
          state={from}
          className="rail-link"
          onMouseEnter={() => {
            prefetchPage(to);
          }}
        >
          <Shape size={20} stroke={1.6} aria-hidden />
          <span className="rail-label">{label}</span>
        </NavLink>
      </Tooltip>
    </li>
  );
}

export function Rail() {
  const { user, guest } = useSession();
  const { pathname, search } = useLocation();
  return (
    <nav className="rail" aria-label="Main">
      <NavLink to="/" className="rail-brand" aria-label="Polder, home">
        <Logo />
        <span className="rail-label">Polder</span>
      </NavLink>
      <ul className="rail-list">
        {PLACES.map((place) => (
          <Place key={place.to} to={place.to} label={place.label} icon={place.icon} />
        ))}
      </ul>
      <ul className="rail-list rail-foot">
        <Place to="/settings" label="Settings" icon={IconSettings} />
        {guest && <Place to={SIGN_IN} label="Sign in" icon={IconLogin2} from={pathname + search} />}
        <li className="rail-user" title={user.ref}>
          <span className="rail-initial" aria-hidden>
            {user.displayName.charAt(0).toUpperCase()}
          </span>
          <span className="rail-label clip">
            {user.displayName}
            {guest && user.displayName !== 'guest' ? ' (guest)' : ''}
          </span>
        </li>
      </ul>
    </nav>
  );
}

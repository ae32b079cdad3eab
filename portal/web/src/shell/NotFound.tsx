import { IconCompass } from '@tabler/icons-react';
import { useLocation } from 'react-router';
import { EmptyState } from '../ui/EmptyState';
import { PageHeader } from '../ui/PageHeader';

export function NotFound() {
  const { pathname } = useLocation();
  return (
    <div className="page">
      <PageHeader title="There is no such page" />
      <EmptyState
        icon={IconCompass}
        title={pathname}
        text="The address may be mistyped, or the page was renamed. Ctrl-K finds entities, templates and pages."
        action={{ label: 'Open the catalogue', to: '/catalog' }}
      />
    </div>
  );
}

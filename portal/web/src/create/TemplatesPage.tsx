import { TextInput } from '@mantine/core';
import { IconListCheck, IconSearch, IconTemplate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { findEntities } from '../api/catalog';
import { entityRef, entityTitle, ownerOf, specText } from '../api/entity';
import type { Entity } from '../api/types';
import { EmptyState } from '../ui/EmptyState';
import { EntityLink } from '../ui/EntityLink';
import { ErrorState } from '../ui/ErrorState';
import { FilterButton } from '../ui/FilterButton';
import { Loading } from '../ui/Loading';
import { PageHeader } from '../ui/PageHeader';
import { PageLink } from '../ui/PageLink';
import { StarButton } from '../ui/StarButton';
import { useKeys } from '../ui/useKeys';
import { useUrlState } from '../ui/useUrlState';
import { ToolchainState, useToolchain } from './toolchains';
import './create.css';

const tally = (values: string[]) => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort().map(([value, count]) => ({ value, label: value, count }));
};

/** Templates to start from. What a template needs and the machine lacks is said before anybody fills in a form. */
export default function TemplatesPage() {
  const [params, change] = useUrlState();
  const search = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => findEntities({ kind: ['template'] }, { limit: 500, signal }),
  });
  useKeys({
    '/': (event) => {
      event.preventDefault();
      search.current?.focus();
    },
  });
  const text = (params.get('q') ?? '').toLowerCase();
  const tags = params.getAll('tag');
  const types = params.getAll('type');
  const all = query.data ?? [];
  const shown = all.filter(
    (e) =>
      `${entityTitle(e)} ${e.metadata.name} ${e.metadata.description ?? ''} ${(e.metadata.tags ?? []).join(' ')}`
        .toLowerCase()
        .includes(text) &&
      (tags.length === 0 || tags.some((tag) => e.metadata.tags?.includes(tag))) &&
      (types.length === 0 || types.includes(specText(e, 'type') ?? '')),
  );
  return (
    <div className="page">
      <PageHeader
        title="Create"
        lead="From a template to a running, secured, proven service"
        actions={
          <PageLink to="/create/tasks" className="row">
            <IconListCheck size={16} aria-hidden /> Tasks
          </PageLink>
        }
      />
      <div className="toolbar">
        <TextInput
          ref={search}
          className="toolbar-search"
          size="xs"
          leftSection={<IconSearch size={15} />}
          placeholder="Search templates"
          aria-label="Search templates"
          value={params.get('q') ?? ''}
          onChange={(e) => {
            change({ q: e.currentTarget.value });
          }}
        />
        <FilterButton
          label="Type"
          options={tally(all.map((e) => specText(e, 'type') ?? 'other'))}
          chosen={types}
          onChange={(values) => {
            change({ type: values });
          }}
        />
        <FilterButton
          label="Tag"
          options={tally(all.flatMap((e) => e.metadata.tags ?? []))}
          chosen={tags}
          onChange={(values) => {
            change({ tag: values });
          }}
        />
      </div>
      {query.error && (
        <ErrorState what="The templates could not be read" error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending && <Loading rows={6} what="Reading the templates" />}
      <ul className="template-grid">
        {shown.map((template) => (
          <TemplateCard key={entityRef(template)} template={template} />
        ))}
      </ul>
      {query.data && shown.length === 0 && (
        <EmptyState
          icon={IconTemplate}
          title={all.length > 0 ? 'No template matches' : 'No template yet'}
          text="Templates are entities of kind Template (scaffolder.backstage.io/v1beta3) in the catalogue."
          {...(all.length > 0
            ? {
                action: {
                  label: 'Clear the filters',
                  onClick: () => {
                    change({ q: null, tag: null, type: null });
                  },
                },
              }
            : {})}
        />
      )}
    </div>
  );
}

function TemplateCard({ template }: { template: Entity }) {
  const toolchain = useToolchain(template);
  const owner = ownerOf(template);
  const namespace = template.metadata.namespace ?? 'default';
  const to = `/create/templates/${namespace}/${template.metadata.name}`;
  return (
    <li className="panel template-card">
      <div className="row">
        <IconTemplate size={18} stroke={1.6} aria-hidden />
        <h2 className="clip">
          <PageLink to={to} className="template-link">
            {entityTitle(template)}
          </PageLink>
        </h2>
        <span className="push template-star">
          <StarButton of={entityRef(template)} />
        </span>
      </div>
      <p className="small template-text">{template.metadata.description}</p>
      <div className="row row-wrap">
        <span className="tag">{specText(template, 'type')}</span>
        {template.metadata.tags?.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </div>
      <div className="row small template-foot">
        {toolchain ? <ToolchainState toolchain={toolchain} /> : null}
        {owner && (
          <span className="push">
            <EntityLink entity={owner} />
          </span>
        )}
      </div>
    </li>
  );
}

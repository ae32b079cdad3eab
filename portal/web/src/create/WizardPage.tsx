import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { getEntity } from '../api/catalog';
import { entityTitle } from '../api/entity';
import { getParameterSchema, getTask } from '../api/scaffolder';
import { formatRef } from '../format/refs';
import { ErrorState } from '../ui/ErrorState';
import { Loading } from '../ui/Loading';
import { Markdown } from '../ui/Markdown';
import { PageHeader } from '../ui/PageHeader';
import { PageLink } from '../ui/PageLink';
import { useUrlState } from '../ui/useUrlState';
import { readDraft } from './draft';
import { MissingToolchain } from './MissingToolchain';
import { useToolchain } from './toolchains';
import { Wizard } from './Wizard';
import './create.css';

export default function WizardPage() {
  const { namespace = 'default', name = '' } = useParams();
  const ref = formatRef({ kind: 'template', namespace, name });
  const [params] = useUrlState();
  const from = params.get('from');
  const template = useQuery({ queryKey: ['entity', ref], queryFn: ({ signal }) => getEntity(ref, signal) });
  const schema = useQuery({
    queryKey: ['parameter-schema', ref],
    queryFn: ({ signal }) => getParameterSchema(ref, signal),
    // A schema that changed under somebody's hands would lose what they typed.
    staleTime: Infinity,
  });
  const earlier = useQuery({
    queryKey: ['task', from],
    queryFn: ({ signal }) => getTask(from ?? '', signal),
    enabled: from !== null,
  });
  const toolchain = useToolchain(template.data);
  const error = schema.error ?? template.error ?? earlier.error;
  const title = schema.data?.title ?? (template.data ? entityTitle(template.data) : name);
  const ready = schema.data && template.data && (from === null || earlier.data);
  return (
    <div className="page">
      <PageHeader
        title={title}
        lead={template.data?.metadata.description && <Markdown text={template.data.metadata.description} />}
        actions={
          <Button component={PageLink} to="/create" variant="subtle" leftSection={<IconArrowLeft size={15} />}>
            All templates
          </Button>
        }
      />
      {error && (
        <ErrorState
          what="The form of this template could not be read"
          error={error}
          retry={() => {
            void schema.refetch();
            void template.refetch();
          }}
        />
      )}
      {!ready && !error && <Loading rows={6} what="Reading the form" />}
      {toolchain?.found === false && <MissingToolchain toolchain={toolchain} />}
      {ready && (
        <Wizard
          key={`${ref} ${from ?? ''}`}
          templateRef={ref}
          schema={schema.data}
          initial={earlier.data?.spec.parameters ?? readDraft(ref) ?? {}}
        />
      )}
    </div>
  );
}

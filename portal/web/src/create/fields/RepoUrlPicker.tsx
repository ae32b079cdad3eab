import { Fieldset, Select, TextInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { fieldParts } from './field-parts';
import { formatRepoUrl, parseRepoUrl, type RepoUrl } from './repo-url';

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);

/** Where the new repository goes: host, owner, name. A template may narrow hosts and owners. */
export function RepoUrlPicker(props: FieldProps) {
  const parts = fieldParts(props);
  const hosts = strings(parts.options['allowedHosts']);
  const owners = strings(parts.options['allowedOwners']);
  const value = parseRepoUrl(typeof props.formData === 'string' ? props.formData : '');
  const host = value.host || hosts[0] || window.location.host;
  const set = (change: Partial<RepoUrl>) => {
    parts.set(formatRepoUrl({ ...value, host, ...change }));
  };
  const shared = { disabled: parts.disabled, onBlur: parts.blur, onFocus: parts.focus };
  return (
    <Fieldset legend={parts.label} className="repo-fields">
      {parts.description && <p className="dim small">{parts.description}</p>}
      {hosts.length > 1 ? (
        <Select
          {...shared}
          label="Host"
          data={hosts}
          value={host}
          onChange={(next) => {
            set({ host: next ?? host });
          }}
        />
      ) : (
        <TextInput {...shared} label="Host" value={host} readOnly />
      )}
      {owners.length > 0 ? (
        <Select
          {...shared}
          label="Owner"
          data={owners}
          value={value.owner || null}
          required={parts.required}
          onChange={(next) => {
            set({ owner: next ?? '' });
          }}
        />
      ) : (
        <TextInput
          {...shared}
          label="Owner"
          value={value.owner}
          required={parts.required}
          onChange={(e) => {
            set({ owner: e.currentTarget.value.trim() });
          }}
        />
      )}
      <TextInput
        {...shared}
        id={parts.id}
        label="Repository"
        value={value.repo}
        required={parts.required}
        error={parts.error}
        onChange={(e) => {
          set({ repo: e.currentTarget.value.trim() });
        }}
      />
    </Fieldset>
  );
}

import { PasswordInput, Select, TagsInput, TextInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import { shortRef } from '../../format/refs';
import { useOwnership } from '../../shell/session';
import { MASK } from '../draft';
import { catalogFilter } from './catalog-filter';
import { EntityChoice } from './EntityChoice';
import { fieldParts } from './field-parts';

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Backstage writes refs as `group:default/x` or, of the default kind, as `x`; both are kept as they come. */
export function EntityPicker(props: FieldProps) {
  const parts = fieldParts(props);
  return (
    <EntityChoice
      parts={parts}
      value={asText(props.formData)}
      filters={catalogFilter(parts.options)}
      free={parts.options['allowArbitraryValues'] !== false}
    />
  );
}

export function OwnerPicker(props: FieldProps) {
  const parts = fieldParts(props);
  const { groups } = useOwnership();
  const mine = groups[0];
  const { formData } = props;
  // The most likely owner is one of the person's own groups; it can be changed like any other value.
  useEffect(() => {
    if (formData === undefined && mine) parts.set(mine);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- proposed once, when the groups are known
  }, [mine]);
  return (
    <EntityChoice
      parts={parts}
      value={asText(formData)}
      filters={catalogFilter(parts.options, ['Group', 'User'])}
      free={parts.options['allowArbitraryValues'] === true}
    />
  );
}

export function MyGroupsPicker(props: FieldProps) {
  const parts = fieldParts(props);
  const { groups } = useOwnership();
  return (
    <Select
      id={parts.id}
      label={parts.label}
      description={parts.description ?? (groups.length === 0 ? 'The catalogue names no group of yours.' : undefined)}
      error={parts.error}
      required={parts.required}
      disabled={parts.disabled || groups.length === 0}
      value={asText(props.formData) || null}
      data={groups.map((ref) => ({ value: ref, label: shortRef(ref) }))}
      onChange={(next) => {
        parts.set(next ?? undefined);
      }}
      onBlur={parts.blur}
      onFocus={parts.focus}
    />
  );
}

export function MultiEntityPicker(props: FieldProps) {
  const parts = fieldParts(props);
  const { refs } = useOwnership();
  const value = Array.isArray(props.formData) ? props.formData.filter((v): v is string => typeof v === 'string') : [];
  return (
    <TagsInput
      id={parts.id}
      label={parts.label}
      description={parts.description}
      error={parts.error}
      required={parts.required}
      disabled={parts.disabled}
      value={value}
      data={refs}
      onChange={parts.set}
      onBlur={parts.blur}
      onFocus={parts.focus}
    />
  );
}

export function EntityNamePicker(props: FieldProps) {
  const parts = fieldParts(props);
  return (
    <TextInput
      id={parts.id}
      label={parts.label}
      description={parts.description ?? 'Letters, digits, and - _ . between them; at most 63.'}
      error={parts.error}
      required={parts.required}
      disabled={parts.disabled}
      placeholder={parts.placeholder}
      value={asText(props.formData)}
      spellCheck={false}
      autoComplete="off"
      styles={{ input: { fontFamily: 'var(--p-mono)' } }}
      onChange={(e) => {
        parts.set(e.currentTarget.value || undefined);
      }}
      onBlur={parts.blur}
      onFocus={parts.focus}
    />
  );
}

export function EntityTagsPicker(props: FieldProps) {
  const parts = fieldParts(props);
  const value = Array.isArray(props.formData) ? props.formData.filter((v): v is string => typeof v === 'string') : [];
  return (
    <TagsInput
      id={parts.id}
      label={parts.label}
      description={parts.description ?? 'Small letters and digits, with - between words; Enter adds one.'}
      error={parts.error}
      required={parts.required}
      disabled={parts.disabled}
      value={value}
      onChange={(tags) => {
        parts.set(tags.map((tag) => tag.trim().toLowerCase().replaceAll(/\s+/g, '-')));
      }}
      onBlur={parts.blur}
      onFocus={parts.focus}
    />
  );
}

interface SecretContext {
  setSecret: (name: string, value: string) => void;
}

/** The value goes into the task's secrets only; the form, the draft and the review hold stars. */
export function Secret(props: FieldProps) {
  const parts = fieldParts(props);
  const [value, setValue] = useState('');
  const context = props.registry.formContext as SecretContext;
  return (
    <PasswordInput
      id={parts.id}
      label={parts.label}
      description={parts.description}
      error={parts.error}
      required={parts.required}
      disabled={parts.disabled}
      value={value}
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': `Show ${parts.label}` }}
      onChange={(e) => {
        const text = e.currentTarget.value;
        setValue(text);
        context.setSecret(props.name, text);
        parts.set(text ? MASK : undefined);
      }}
      onBlur={parts.blur}
      onFocus={parts.focus}
    />
  );
}

export function OwnedEntityPicker(props: FieldProps) {
  const parts = fieldParts(props);
  const { refs } = useOwnership();
  return (
    <EntityChoice
      parts={parts}
      value={asText(props.formData)}
      filters={{ ...catalogFilter(parts.options), 'relations.ownedBy': refs }}
      free={false}
    />
  );
}

import { describe, expect, it } from 'vitest';
import type { TaskEvent, TaskStep } from '../api/task-types';
import { formatRepoUrl, parseRepoUrl } from './fields/repo-url';
import { progressOf } from './task-progress';
import { splitUiSchema } from './ui-schema';

describe('parameters', () => {
  it('part into schema and hints, conditional fields included', () => {
    const { schema, uiSchema } = splitUiSchema({
      properties: { name: { type: 'string', 'ui:field': 'EntityNamePicker' } },
      dependencies: { name: { oneOf: [{ properties: { key: { type: 'string', 'ui:field': 'Secret' } } }] } },
    });
    expect(JSON.stringify(schema)).not.toContain('ui:');
    expect(uiSchema).toEqual({ name: { 'ui:field': 'EntityNamePicker' }, key: { 'ui:field': 'Secret' } });
  });
  it('write repositories as Backstage does', () => {
    const url = formatRepoUrl({ host: 'git.acme.test', owner: 'web', repo: 'shop' });
    expect(url).toBe('git.acme.test?owner=web&repo=shop');
    expect(parseRepoUrl(url ?? '')).toEqual({ host: 'git.acme.test', owner: 'web', repo: 'shop' });
    expect(formatRepoUrl({ host: 'x', owner: '', repo: '' })).toBeUndefined();
  });
});

describe('progress', () => {
  const steps: TaskStep[] = [
    { id: 'a', name: 'A', action: 'x' },
    { id: 'b', name: 'B', action: 'y' },
  ];
  const event = (id: number, body: TaskEvent['body'], type: TaskEvent['type'] = 'log'): TaskEvent => ({
    id,
    taskId: 't',
    type,
    createdAt: `2026-01-01T00:00:0${id}Z`,
    body,
  });
  const events = [
    event(1, { message: '', stepId: 'a', status: 'processing' }),
    event(2, { message: '', stepId: 'a', status: 'completed' }),
    event(3, { message: '', stepId: 'b', status: 'processing' }),
    event(4, { message: '', error: { message: 'no compiler' } }, 'completion'),
  ];
  it('tells steps, times and the end', () => {
    const progress = progressOf(steps, events);
    expect(progress.steps.get('a')).toEqual({
      status: 'completed',
      startedAt: '2026-01-01T00:00:01Z',
      endedAt: '2026-01-01T00:00:02Z',
    });
    expect(progress.steps.get('b')?.status).toBe('failed');
    expect([progress.status, progress.error?.message]).toEqual(['failed', 'no compiler']);
  });
  it('starts afresh when the task is recovered', () => {
    const progress = progressOf(steps, [...events, event(5, { message: '' }, 'recovered')]);
    expect([progress.status, progress.steps.get('a')?.status]).toEqual([null, 'open']);
  });
});

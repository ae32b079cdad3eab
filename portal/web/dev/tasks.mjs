// Fixture scaffolder: three finished tasks, and new ones that run for some seconds.
import { randomUUID } from 'node:crypto';
import { ago } from './data.mjs';

const STEPS = [
  { id: 'fetch', name: 'Copy the template', action: 'fetch:template' },
  { id: 'publish', name: 'Make the repository', action: 'publish:git' },
  { id: 'build', name: 'Build the module', action: 'wasm:build' },
  { id: 'deploy', name: 'Deploy', action: 'wasm:deploy' },
  { id: 'register', name: 'Register in the catalogue', action: 'catalog:register' },
];
const SAID = {
  fetch: ['Copied 7 files'],
  publish: ['Made default/NAME.git, branch main', 'Pushed 1 commit'],
  build: [
    '\u001b[1m> asc src/index.ts --target release\u001b[0m',
    '\u001b[32m✓\u001b[0m optimised in 1.8 s',
    '\u001b[33mwarning\u001b[0m AS102: User-defined: "memory grows to 2 pages"',
    'Module of 184 KiB',
  ],
  deploy: ['Compiled for wasmtime 38.0.1 in 92 ms', 'Serving at http://NAME.localhost:8080/'],
  register: ['Registered component:default/NAME'],
};
const TITLES = {
  'template:default/assemblyscript-service': 'AssemblyScript HTTP service',
  'template:default/go-service': 'Go HTTP service',
  'template:default/rust-service': 'Rust HTTP service',
};
export const tasks = new Map();
let next = 1;

const at = (task, type, body, time) =>
  task.events.push({ id: next++, taskId: task.id, type, createdAt: time ?? new Date().toISOString(), body });

function make(id, templateRef, values, status, createdAt) {
  const task = {
    id,
    status,
    createdAt,
    createdBy: 'user:default/admin',
    events: [],
    listeners: new Set(),
    spec: {
      steps: STEPS,
      parameters: values,
      output: {},
      user: { ref: 'user:default/admin' },
      templateInfo: {
        entityRef: templateRef,
        entity: { metadata: { title: TITLES[templateRef], name: templateRef.split('/')[1] } },
      },
    },
  };
  tasks.set(id, task);
  return task;
}
const output = (name) => ({
  links: [
    { title: 'Open the service', url: `http://${name}.localhost:8080/` },
    { title: 'In the catalogue', entityRef: `component:default/${name}` },
  ],
  text: [
    {
      title: 'Change it',
      content: `Clone it, edit, and push; the new version serves at once.\n\n\`\`\`\ngit clone http://localhost:7007/git/default/${name}.git\n\`\`\``,
    },
  ],
});

function script(task, upTo, fail) {
  const name = task.spec.parameters.name;
  const lines = [['log', { message: `Starting up task with ${STEPS.length} steps` }]];
  for (const step of STEPS.slice(0, upTo)) {
    lines.push(['log', { stepId: step.id, status: 'processing', message: `Beginning step ${step.name}` }]);
    for (const text of SAID[step.id]) lines.push(['log', { stepId: step.id, message: text.replaceAll('NAME', name) }]);
    if (fail === step.id) {
      lines.push([
        'log',
        {
          stepId: step.id,
          status: 'failed',
          message:
            'src/main.rs:3:5: error[E0433]: failed to resolve: use of undeclared crate `serde`\nerror: could not compile `hello` due to 1 previous error',
        },
      ]);
      lines.push([
        'completion',
        {
          message: 'Run completed with status: failed',
          error: {
            name: 'Error',
            message: 'wasm:build: cargo ended with code 101 (expected: 0). The step log has its words.',
          },
        },
      ]);
      return lines;
    }
    lines.push(['log', { stepId: step.id, status: 'completed', message: `Finished step ${step.name}` }]);
  }
  if (upTo === STEPS.length)
    lines.push([
      'completion',
      { message: 'Run completed with status: completed', status: 'completed', output: output(name) },
    ]);
  return lines;
}
function past(id, template, name, minutes, fail) {
  const task = make(
    id,
    `template:default/${template}`,
    { name, owner: 'group:default/web', description: 'Says hello' },
    fail ? 'failed' : 'completed',
    ago(minutes),
  );
  script(task, fail ? 3 : STEPS.length, fail).forEach(([type, body], i) =>
    at(task, type, body, new Date(Date.parse(ago(minutes)) + i * 430).toISOString()),
  );
}
past('3f6b1c9e-0d1a-4a57-9a52-6f0d2a7c1b11', 'assemblyscript-service', 'greeter', 16);
past('8a2c44d0-5b7e-4d36-8f0a-2f9f0c6f7d22', 'rust-service', 'hello', 95, 'build');
past('c1d0a6be-7e21-45c1-b1c7-0b1f7d3b9e33', 'go-service', 'notifier', 1460);

export function start(templateRef, values) {
  const task = make(randomUUID(), templateRef, values, 'processing', new Date().toISOString());
  play(task);
  return task.id;
}
function play(task) {
  const lines = script(task, STEPS.length);
  const timer = setInterval(() => {
    const line = lines.shift();
    if (!line || task.status === 'cancelled') return clearInterval(timer);
    at(task, ...line);
    if (line[0] === 'completion') task.status = 'completed';
    for (const listener of task.listeners) listener();
  }, 450);
}
export function cancel(task) {
  task.status = 'cancelled';
  at(task, 'cancelled', { message: 'Task was cancelled by user:default/admin' });
  at(task, 'completion', { message: 'Run completed with status: cancelled', status: 'cancelled' });
  for (const listener of task.listeners) listener();
}
export function retry(task) {
  task.events = [];
  task.status = 'processing';
  play(task);
}
export const view = ({ id, status, createdAt, createdBy, spec }) => ({ id, status, createdAt, createdBy, spec });
export const preview = (values) => ({
  steps: STEPS,
  entities: [
    `component:default/${values.name ?? 'name'}`,
    {
      apiVersion: 'polder.dev/v1alpha1',
      kind: 'WasmApp',
      metadata: { name: values.name },
      spec: { triggers: [{ http: { route: '/...' } }] },
    },
  ],
});
export const parameterSchema = (title) => ({
  title,
  description: 'A small HTTP service.',
  steps: [
    {
      title: 'What it is',
      description: 'These stand in the **catalogue**.',
      schema: {
        required: ['name', 'owner'],
        type: 'object',
        properties: {
          name: {
            title: 'Name',
            type: 'string',
            maxLength: 40,
            pattern: '^[a-z]([a-z0-9-]*[a-z0-9])?$',
            'ui:field': 'EntityNamePicker',
            'ui:autofocus': true,
            description: 'Small letters, digits and -; it becomes the host name.',
          },
          description: {
            title: 'Description',
            type: 'string',
            description: 'One sentence for the people who will find it.',
          },
          owner: {
            title: 'Owner',
            type: 'string',
            'ui:field': 'OwnerPicker',
            'ui:options': { catalogFilter: { kind: 'Group' } },
          },
          tags: { title: 'Tags', type: 'array', items: { type: 'string' }, 'ui:field': 'EntityTagsPicker' },
        },
      },
    },
    {
      title: 'How it runs',
      schema: {
        type: 'object',
        required: ['route'],
        properties: {
          route: {
            title: 'Route',
            type: 'string',
            default: '/...',
            description: 'Paths that it answers; /... is every path.',
          },
          memory: {
            title: 'Memory',
            type: 'integer',
            default: 64,
            minimum: 16,
            maximum: 512,
            description: 'MiB for one request',
          },
          level: { title: 'Environment', type: 'string', enum: ['development', 'production'], default: 'development' },
          withKey: { title: 'Calls another service with a key', type: 'boolean', default: false },
        },
        dependencies: {
          withKey: {
            oneOf: [
              { properties: { withKey: { const: false } } },
              {
                required: ['key'],
                properties: { withKey: { const: true }, key: { title: 'Key', type: 'string', 'ui:field': 'Secret' } },
              },
            ],
          },
        },
      },
    },
  ],
});

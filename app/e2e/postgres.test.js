// The same program on PostgreSQL: catalogue, tasks, resources and accounts, over a restart.
import { strict as assert } from 'node:assert';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, home, sh, startPolder, throughGateway } from './lib/polder.js';

const program = path.join(home, 'polder');
const portsFrom = 23500;
const installed = '/usr/lib/postgresql';

const freePort = () =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** A server of its own; the folder of its programs, or null where PostgreSQL is not installed. */
async function startPostgres(folder) {
  const versions = await readdir(installed).catch(() => []);
  if (versions.length === 0) return null;
  const bin = path.join(installed, versions.sort((a, b) => Number(b) - Number(a))[0], 'bin');
  const root = userInfo().uid === 0; // PostgreSQL refuses to run as root
  if (root) {
    const id = async flag => Number((await sh('id', [flag, 'postgres'])).trim());
    await chown(folder, await id('-u'), await id('-g'));
  }
  const as = (command, args) =>
    root
      ? sh('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', path.join(bin, command), ...args], { cwd: '/' })
      : sh(path.join(bin, command), args);
  const data = path.join(folder, 'data');
  const port = await freePort();
  await as('initdb', ['-D', data, '-U', 'polder', '-A', 'trust', '-N', '-E', 'UTF8']);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c shared_buffers=16MB`;
  await as('pg_ctl', ['-D', data, '-w', '-l', path.join(folder, 'log'), '-o', options, 'start']);
  return { port, stop: () => as('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']) };
}

describe('on PostgreSQL', { concurrency: false }, () => {
  let folder, postgres, polder, config;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polder-e2e-postgres-'));
    postgres = await startPostgres(folder);
    if (!postgres) return;
    config = path.join(await mkdtemp(path.join(tmpdir(), 'polder-e2e-config-')), 'polder.yaml');
    await writeFile(
      config,
      `store:\n  kind: postgresql\n  url: jdbc:postgresql://127.0.0.1:${postgres.port}/postgres\n  user: polder\n`,
    );
    polder = await startPolder({ portsFrom, args: ['--config', config] });
  });

  after(async () => {
    await polder?.stop();
    await polder?.remove();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
    if (config) await rm(path.dirname(config), { recursive: true, force: true });
  });

  test('a service is made, and is there after a restart with its task', async t => {
    if (!postgres) return t.skip('PostgreSQL is not installed (package postgresql)');
    const command = (...args) => sh(program, [...args, '--data', polder.data]);
    const get = async pathname => {
      const answer = await fetch(polder.portal + pathname, {
        headers: { authorization: `Bearer ${await polder.localToken()}` },
      });
      return { status: answer.status, body: answer.ok ? await answer.json() : null };
    };
    const served = async () => (await throughGateway(polder, 'kept.default.localhost')).status === 200;
    const holds = async () => {
      await eventually('the component', async () => (await get('/api/catalog/entities/by-name/component/default/kept')).status === 200);
      const { tasks } = (await get('/api/scaffolder/v2/tasks')).body;
      assert.equal(tasks.length, 1);
      assert.equal(tasks[0].status, 'completed');
      const events = (await get(`/api/scaffolder/v2/tasks/${tasks[0].id}/events`)).body;
      assert.ok(events.length > 5, `${events.length} events`);
      assert.match(await command('get', 'httproutes'), /kept\s+Accepted/);
      await eventually('the service', served);
    };
    await command('create', 'rust-service', '--set', 'name=kept', '--set', 'owner=group:default/platform');
    await holds();
    const { data } = polder;
    await polder.stop();
    polder = await startPolder({ portsFrom, data, args: ['--config', config] });
    await holds();
  });
});

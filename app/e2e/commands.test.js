// What people meet on the command line: held data, taken ports, mistakes in files, kubectl's verbs.
import { strict as assert } from 'node:assert';
import { createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, home, sh, startPolder } from './lib/polder.js';

const program = path.join(home, 'polder');

describe('the command line', { concurrency: false }, () => {
  let polder, folder;
  const command = (...args) => sh(program, [...args, '--data', polder.data]);
  const fails = async (...args) => {
    try {
      await command(...args);
    } catch (e) {
      return { code: e.code, said: `${e.stdout}${e.stderr}` };
    }
    return assert.fail(`polder ${args.join(' ')} should have failed`);
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polder-e2e-own-'));
    await writeFile(
      path.join(folder, 'own.yaml'),
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: mine\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n',
    );
    polder = await startPolder({ portsFrom: 23100, args: ['--catalog', folder] });
  });

  after(async () => {
    await polder?.stop();
    await polder?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const get = async pathname => {
    const answer = await fetch(polder.portal + pathname, {
      headers: { authorization: `Bearer ${await polder.localToken()}` },
    });
    return { status: answer.status, body: await answer.json() };
  };

  test("a user's own descriptors are loaded, and a mistake is told with its line while the last good one stays", async () => {
    await eventually('the component', async () => (await get('/api/catalog/entities/by-name/component/default/mine')).status === 200);
    await writeFile(
      path.join(folder, 'own.yaml'),
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: mine\nspec:\n  type: service\n  lifecycle: production\n  owner: 42\n',
    );
    const problem = await eventually('the problem', async () => {
      const { body } = await get('/api/polder/catalog/problems');
      return body.items.find(item => /own\.yaml/.test(item.location));
    });
    assert.equal(problem.line, 8);
    assert.match(`${problem.field} ${problem.message}`, /owner/);
    assert.equal(problem.kept, true);
    assert.equal((await get('/api/catalog/entities/by-name/component/default/mine')).status, 200);
  });

  test('a second up on the same data says who holds it', async () => {
    const { code, said } = await fails('up', '--ports-from', '23130');
    assert.equal(code, 1);
    assert.match(said, /pid \d+/);
  });

  test('a taken port is named', async () => {
    const taken = createServer().listen(23160, '127.0.0.1');
    const data = await mkdtemp(path.join(tmpdir(), 'polder-e2e-taken-'));
    try {
      await sh(program, ['up', '--data', data, '--ports-from', '23160']);
      assert.fail('it should not have started');
    } catch (e) {
      assert.match(`${e.stdout}${e.stderr}`, /23160/);
      assert.equal(e.code, 1);
    } finally {
      taken.close();
      await rm(data, { recursive: true, force: true });
    }
  });

  test('apply, get and delete; all or nothing, and the line of every mistake', async () => {
    const good = path.join(folder, '..', `${path.basename(folder)}-policy.yaml`);
    const policy = name => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: ${name}
  namespace: default
spec:
  action: DENY
  rules:
    - from:
        - source:
            namespaces: [nobody]
`;
    await writeFile(good, policy('one') + '---\n' + policy('two'));
    assert.match(await command('apply', '-f', good), /authorizationpolicy\/one created\nauthorizationpolicy\/two created/);
    assert.match(await command('apply', '-f', good), /unchanged/);
    assert.match(await command('get', 'authorizationpolicies', '-n', 'default'), /one[\s\S]*two/);
    assert.match(await command('get', 'AuthorizationPolicy', 'one', '-o', 'yaml'), /action: DENY/);
    assert.match(await command('delete', 'authorizationpolicy', 'one'), /deleted/);

    await writeFile(good, policy('three') + '---\n' + policy('four').replace('DENY', 'PERHAPS'));
    const { said } = await fails('apply', '-f', good);
    assert.match(said, /:19(:\d+)? .*action/s, 'the line of the mistake');
    assert.match(said, /PERHAPS/);
    const { said: none } = await fails('get', 'authorizationpolicy', 'three');
    assert.match(none, /not found/, 'nothing was applied by half');
    await rm(good);
  });

  test('get shows the catalogue, and leaves its changes to descriptors', async () => {
    assert.match(await command('get', 'components'), /OWNER[\s\S]*mine/);
    assert.match(await command('get', 'component', 'mine', '-o', 'yaml'), /kind: Component/);
    assert.match((await fails('delete', 'component', 'mine')).said, /belongs to the catalogue/);
  });

  test('wrong usage exits with 2, doctor tells the engine', async () => {
    const { code } = await fails('get');
    assert.equal(code, 2);
    assert.match(await command('doctor'), /Wasm engine\s+(wasmtime|endive) /);
  });

  test('callers without a token are refused, and so is a foreign Host', async () => {
    assert.equal((await fetch(`${polder.portal}/api/catalog/entities`)).status, 401);
    const wrong = await fetch(`${polder.portal}/api/catalog/entities`, { headers: { authorization: 'Bearer wrong' } });
    assert.equal(wrong.status, 401);
  });
});

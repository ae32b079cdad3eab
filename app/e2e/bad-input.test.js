// Everything that is refused: each with where and what was expected, and nothing lost by it.
import { strict as assert } from 'node:assert';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { mkdtemp, readFile, readdir, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, home, sh, startPolder, throughGateway } from './lib/polder.js';
import { empty, loops, trapsNowhere, wantsFourGiB } from './lib/wasm.js';

const program = path.join(home, 'polder');
const portsFrom = 23300;
const hbonePort = portsFrom + 6;
const GOOD = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: good
spec:
  type: service
  lifecycle: production
  owner: team-a
`;

describe('bad input', { concurrency: false }, () => {
  let polder, folder, catalog, token;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polder-e2e-bad-'));
    catalog = path.join(folder, 'catalog');
    await mkdir(catalog);
    await writeFile(path.join(catalog, 'good.yaml'), GOOD);
    await writeFile(path.join(catalog, 'templates.yaml'), TEMPLATES);
    polder = await startPolder({ portsFrom, args: ['--catalog', catalog] });
    token = await polder.localToken();
  });

  after(async () => {
    const ended = await polder?.stop();
    await polder?.remove();
    await rm(folder, { recursive: true, force: true });
    if (ended) assert.equal(ended.signal, null, 'Ctrl-C must end it without SIGKILL');
  });

  const call = async (pathname, init = {}) => {
    const answer = await fetch(polder.portal + pathname, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
    });
    const text = await answer.text();
    return { status: answer.status, text, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
  };
  const entity = async (kind, name) => (await call(`/api/catalog/entities/by-name/${kind}/default/${name}`)).status;
  const problemOf = file =>
    eventually(`a problem of ${file}`, async () => {
      const { body } = await call('/api/polder/catalog/problems');
      return body.items.find(item => item.location.endsWith(file));
    });
  const fails = async (...args) => {
    try {
      await sh(program, args);
    } catch (e) {
      return { code: e.code, said: `${e.stdout}${e.stderr}` };
    }
    return assert.fail(`polder ${args.join(' ')} should have failed`);
  };
  const stillWell = async () => {
    assert.equal(await entity('component', 'good'), 200, 'the good entity is there');
    assert.equal((await fetch(`${polder.portal}/healthz/ready`)).status, 200, 'the program is ready');
  };

  test('malformed YAML is told with its line, and the last good version stays', async () => {
    await eventually('the good one', async () => (await entity('component', 'good')) === 200);
    await writeFile(path.join(catalog, 'good.yaml'), `${GOOD}  tags: [unclosed\n`);
    const problem = await problemOf('good.yaml');
    assert.ok(problem.line >= 9, `line ${problem.line}`);
    assert.match(problem.message, /expected|while parsing|,|\]/);
    assert.equal(problem.kept, true);
    await stillWell();
    await writeFile(path.join(catalog, 'good.yaml'), GOOD);
    await eventually('the problem is gone', async () => (await call('/api/polder/catalog/problems')).body.items.length === 0);
  });

  test('a bad name and an unknown kind are told with file, line and field', async () => {
    const cases = [
      ['bad-name.yaml', GOOD.replace('name: good', 'name: "so bad!"'), 4, /name/, /so bad!/],
      ['bad-kind.yaml', GOOD.replace('kind: Component', 'kind: Spaceship').replace('good', 'odd'), 2, /kind/, /Spaceship/],
    ];
    for (const [file, text, line, field, found] of cases) {
      await writeFile(path.join(catalog, file), text);
      const problem = await problemOf(file);
      assert.equal(problem.line, line, JSON.stringify(problem));
      assert.match(`${problem.field} ${problem.message}`, field);
      assert.match(problem.message, found);
      assert.match(problem.message, /expected/);
      await rm(path.join(catalog, file));
    }
    await stillWell();
  });

  test('50 MB of YAML is refused by its size, from a folder and from a caller', async () => {
    const big = path.join(catalog, 'big.yaml');
    const block = GOOD.replace('good', 'big') + '# ' + 'x'.repeat(1000) + '\n---\n';
    await writeFile(big, block.repeat(Math.ceil((50 << 20) / block.length)));
    const before = Date.now();
    const problem = await problemOf('big.yaml');
    assert.match(problem.message, /bytes|MiB/);
    assert.match(problem.message, /expected: at most/);
    assert.ok(Date.now() - before < 15_000, 'it is not read through first');
    assert.equal(await entity('component', 'big'), 404);

    const { code, said } = await fails('apply', '-f', big, '--data', polder.data);
    assert.equal(code, 1);
    assert.match(said, /expected: at most/);
    const raw = await call('/api/polder/apply', {
      method: 'POST',
      body: await readFile(big),
      headers: { 'content-type': 'application/yaml' },
    }).catch(e => ({ status: 413, text: String(e.cause?.code ?? e) })); // the connection may be closed while we send
    assert.equal(raw.status, 413, raw.text);
    await rm(big);
    await stillWell();
  });

  const runTemplate = async (name, values = {}) => {
    const { status, body } = await call('/api/scaffolder/v2/tasks', {
      method: 'POST',
      body: JSON.stringify({ templateRef: `template:default/${name}`, values }),
    });
    assert.equal(status, 201, JSON.stringify(body));
    await eventually('the end of the task', async () => {
      const task = await call(`/api/scaffolder/v2/tasks/${body.id}`);
      return ['failed', 'completed', 'cancelled'].includes(task.body.status) && task.body.status;
    });
    const task = (await call(`/api/scaffolder/v2/tasks/${body.id}`)).body;
    const events = (await call(`/api/scaffolder/v2/tasks/${body.id}/events?after=0`)).body;
    return { status: task.status, log: events.map(event => event.body.message ?? '').join('\n') };
  };

  test("a template's failing expression and a path out of its workspace end the task, naming the step", async () => {
    await eventually('the templates', async () => (await entity('template', 'escapes-by-fetch')) === 200);
    const failing = await runTemplate('fails-in-expression');
    assert.equal(failing.status, 'failed');
    assert.match(failing.log, /parameters\.missing|parseRepoUrl|missing/);
    for (const name of ['escapes-by-fetch', 'escapes-by-rename', 'escapes-by-delete']) {
      const { status, log } = await runTemplate(name);
      assert.equal(status, 'failed', log);
      assert.match(log, /\.\./, 'the path is named');
      assert.match(log, /workspace|outside|relative/i, log);
    }
    const work = path.join(polder.data, 'work');
    const strays = (await readdir(work, { recursive: true })).filter(each => /escaped/.test(each));
    assert.deepEqual(strays, []);
    assert.deepEqual((await readdir(polder.data)).filter(each => /escaped/.test(each)), []);
    await stillWell();
  });

  test('a template that is malformed is refused before it can run', async () => {
    await writeFile(path.join(catalog, 'template.yaml'), template('malformed', 'acton: debug:log'));
    const problem = await problemOf('template.yaml');
    assert.match(`${problem.field} ${problem.message}`, /action/);
    assert.ok(problem.line > 1);
    await rm(path.join(catalog, 'template.yaml'));
  });

  test('Wasm that is truncated, too big, endless or greedy is refused or stopped, and its neighbour serves on', async () => {
    await sh(program, ['create', 'rust-service', '--data', polder.data, '--set', 'name=neighbour', '--set', 'owner=group:default/platform']);
    await sh(program, ['create', 'rust-service', '--data', polder.data, '--set', 'name=victim', '--set', 'owner=group:default/platform']);
    const neighbour = async () => (await throughGateway(polder, 'neighbour.default.localhost')).status;
    const victim = () => throughGateway(polder, 'victim.default.localhost');
    await eventually('both', async () => (await neighbour()) === 200 && (await victim()).status === 200);

    const clone = path.join(folder, 'victim');
    const url = new URL(`${polder.portal}/git/default/victim.git`);
    url.username = 'e2e';
    url.password = token;
    await sh('git', ['clone', '-q', url.href, clone]);
    await sh('git', ['-C', clone, 'config', 'user.name', 'Ada Example']);
    await sh('git', ['-C', clone, 'config', 'user.email', 'ada@example.com']);
    const push = async (bytes, message) => {
      await writeFile(path.join(clone, 'spin.toml'), SPIN);
      await writeFile(path.join(clone, 'service.wasm'), bytes);
      await sh('git', ['-C', clone, 'add', '-A']);
      await sh('git', ['-C', clone, 'commit', '-qm', message]);
      return sh('git', ['-C', clone, 'push', 'origin', 'HEAD']).catch(e => `${e.stdout}${e.stderr}`);
    };

    const truncated = await push(empty.subarray(0, empty.length - 3), 'Truncated');
    assert.match(truncated, /service\.wasm|component service|service/, truncated);
    assert.match(truncated, /offset|end|section|module/i, truncated);
    assert.equal((await victim()).status, 200, 'the version before serves');

    const tooBig = Buffer.concat([empty, Buffer.alloc(65 << 20, 0)]);
    const big = await push(tooBig, 'Too big');
    assert.match(big, /bytes|MiB|large/i, big);
    assert.equal((await victim()).status, 200, 'the version before serves');
    await sh('git', ['-C', clone, 'reset', '-q', '--hard', 'HEAD~1']);

    const greedy = await push(wantsFourGiB, 'Greedy');
    if (/serving|deployed/i.test(greedy) && !/refused|failed|error|memory/i.test(greedy)) {
      const answer = await victim();
      assert.ok(answer.status >= 500, `${answer.status}`);
      assert.match(answer.body, /memory/i);
    } else {
      assert.match(greedy, /memory/i, greedy);
      assert.equal((await victim()).status, 200, 'the version before serves');
    }

    await push(loops, 'Endless');
    const began = Date.now();
    const [endless, beside] = await Promise.all([
      eventually('the endless one answers', async () => {
        const answer = await victim();
        return answer.status !== 200 && answer;
      }),
      neighbour(),
    ]);
    assert.equal(beside, 200, 'the neighbour serves while a guest loops');
    assert.equal(endless.status, 504, endless.body);
    assert.match(endless.body, /ms|deadline|time/i);
    assert.ok(Date.now() - began < 25_000, 'it is stopped');

    await push(trapsNowhere, 'Crash');
    await eventually('the crash is told', async () => {
      const answer = await victim();
      return answer.status === 500 || (answer.status === 502 && answer);
    });
    assert.equal(await neighbour(), 200);
    await stillWell();
  });

  test('the HBONE port takes nobody without a certificate of this mesh, and leads nowhere but to workloads', async () => {
    const ca = path.join(polder.data, 'ca');
    const root = await readFile(path.join(ca, 'root.crt'));
    await selfSigned(folder, 'foreign', 'URI:spiffe://cluster.local/ns/default/sa/neighbour');
    await signed(folder, 'member', 'URI:spiffe://cluster.local/ns/default/sa/neighbour', ca);
    await signed(folder, 'nameless', 'DNS:neighbour.example', ca);
    const own = async name => ({
      key: await readFile(path.join(folder, `${name}.key`)),
      cert: await readFile(path.join(folder, `${name}.pem`)),
    });

    const detail = (await call('/api/polder/workloads/default/neighbour')).body;
    const host = detail.address.split(':')[0]; // each workload has an HBONE listener on an address of its own
    for (const [who, identity] of [
      ['no certificate', {}],
      ['a foreign authority', await own('foreign')],
      ['no SPIFFE id', await own('nameless')],
    ]) {
      const { status, error } = await connect(host, { ca: root, ...identity }, detail.address);
      assert.equal(status, undefined, `${who} was let in with ${status}`);
      assert.ok(error && error !== 'ECONNREFUSED', `${who}: ${error}`);
    }
    const member = await own('member');
    const good = await connect(host, { ca: root, ...member }, detail.address);
    assert.equal(good.status, 200, `a workload is reached: ${good.error}`);
    for (const nowhere of ['127.0.0.1:22', '169.254.169.254:80', detail.address.replace(/:\d+$/, ':1'), 'not-an-address', '']) {
      const { status, error } = await connect(host, { ca: root, ...member }, nowhere);
      // a CONNECT to nothing at all is malformed HTTP/2, and its stream is reset
      const reset = nowhere === '' && error === 'ERR_HTTP2_STREAM_ERROR';
      assert.ok(status >= 400 || reset, `CONNECT ${nowhere}: ${status} ${error}`);
    }
    assert.match(await plain(host), /^(closed|ECONNRESET)$/, 'plain HTTP is not answered');
    assert.equal((await throughGateway(polder, 'neighbour.default.localhost')).status, 200);
  });

  test('data of a newer version are left alone', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'polder-e2e-newer-'));
    try {
      await writeFile(path.join(data, 'version'), '99\n');
      const { code, said } = await fails('up', '--data', data, '--ports-from', String(portsFrom + 40));
      assert.equal(code, 1);
      assert.match(said, /version.*99.*newer/s);
      assert.match(said, /expected: at most/);
      assert.equal((await readFile(path.join(data, 'version'), 'utf8')).trim(), '99');
      await assert.rejects(stat(path.join(data, 'polder.db')), 'nothing was made in it');
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});

const SPIN = `spin_manifest_version = 2

[application]
name = "victim"
version = "0.2.0"

[[trigger.http]]
route = "/..."
component = "service"
executor = { type = "wagi" }

[component.service]
source = "service.wasm"
`;

const template = (name, step) => `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: ${name}
spec:
  owner: team-a
  type: service
  parameters: []
  steps:
    - id: only
      name: The only step
      ${step}
`;
const TEMPLATES = [
  template('fails-in-expression', "action: debug:log\n      input: { message: \"${{ parameters.missing | parseRepoUrl }}\" }"),
  template('escapes-by-fetch', 'action: fetch:template\n      input: { url: ./skeleton, targetPath: ../../escaped }'),
  template('escapes-by-rename', 'action: fs:rename\n      input: { files: [{ from: ../../../version, to: ../escaped }] }'),
  template('escapes-by-delete', 'action: fs:delete\n      input: { files: ["../../../version"] }'),
].join('---\n');

/** Sends CONNECT over mutual TLS to the HBONE port; the status, or the error that ended it. */
function connect(host, identity, authority) {
  return new Promise(resolve => {
    const socket = tls.connect({
      host, port: hbonePort, ALPNProtocols: ['h2'], minVersion: 'TLSv1.3',
      checkServerIdentity: () => undefined, ...identity,
    });
    const client = http2.connect('https://127.0.0.1', { createConnection: () => socket });
    const end = result => {
      resolve(result);
      client.destroy();
      socket.destroy();
    };
    const timer = setTimeout(() => end({ error: 'no answer in 10 s' }), 10_000);
    socket.on('close', () => clearTimeout(timer));
    socket.on('error', error => end({ error: error.code ?? error.message }));
    client.on('error', error => end({ error: error.code ?? error.message }));
    client.on('close', () => end({ error: 'closed' }));
    try {
      const stream = client.request({ ':method': 'CONNECT', ':authority': authority });
      stream.on('response', headers => end({ status: headers[':status'] }));
      stream.on('error', error => end({ error: error.code ?? error.message }));
    } catch (error) {
      end({ status: 400, error: `not sent: ${error.message}` });
    }
  });
}

/** Sends a plain request to the HBONE port: how the connection ended, or what was answered. */
function plain(host) {
  return new Promise(resolve => {
    const socket = net.connect(hbonePort, host, () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    let answer = '';
    socket.on('data', bytes => (answer += bytes.toString('latin1')));
    socket.on('error', error => resolve(error.code));
    socket.on('close', () => resolve(/^HTTP/.test(answer) ? answer : 'closed'));
    socket.setTimeout(10_000, () => socket.destroy(new Error('still open after 10 s')));
  });
}

async function selfSigned(folder, name, san) {
  await sh('openssl', [
    'req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '1', '-subj', '/O=x',
    '-addext', `subjectAltName=critical,${san}`, '-keyout', `${name}.key`, '-out', `${name}.pem`,
  ], { cwd: folder });
}

async function signed(folder, name, san, ca) {
  await sh('openssl', [
    'req', '-new', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', '/O=x',
    '-keyout', `${name}.key`, '-out', `${name}.csr`,
  ], { cwd: folder });
  await writeFile(path.join(folder, `${name}.ext`),
    `subjectAltName=critical,${san}\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=critical,CA:FALSE\n`);
  await sh('openssl', [
    'x509', '-req', '-in', `${name}.csr`, '-CA', path.join(ca, 'root.crt'), '-CAkey', path.join(ca, 'root.key'),
    '-CAserial', path.join(folder, 'serial'), '-CAcreateserial', '-days', '1', '-extfile', `${name}.ext`, '-out', `${name}.pem`,
  ], { cwd: folder });
}

// The path of the whole house: sign in, create from each template, see it served, seen and proven; then push a change.
import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from './lib/browser.js';
import { eventually, home, sh, startPolder, throughGateway } from './lib/polder.js';

const templates = [
  { name: 'assemblyscript-service', service: 'tulip', source: 'assembly/index.ts' },
  { name: 'go-service', service: 'heron', source: 'main.go' },
  { name: 'rust-service', service: 'otter', source: 'src/main.rs' },
  { name: 'c-service', service: 'heath' },
  { name: 'c-component-service', service: 'clover' },
  { name: 'java-service', service: 'robin' },
  { name: 'rust-component-service', service: 'beech' },
  { name: 'javascript-service', service: 'linden' },
  { name: 'typescript-service', service: 'lark' },
  { name: 'python-service', service: 'adder' },
];

describe('from a template to a running, secured, proven service', { concurrency: false }, () => {
  let polder, browser, page, scratch;

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'polder-e2e-work-'));
    polder = await startPolder({ portsFrom: 23000 });
    browser = await openBrowser();
    page = await browser.page();
  });

  after(async () => {
    await browser?.close();
    const ended = await polder?.stop();
    await polder?.remove();
    await rm(scratch, { recursive: true, force: true });
    if (ended) assert.equal(ended.signal, null, 'Ctrl-C must end it without SIGKILL');
  });

  test('signing in with the token that was printed', async () => {
    await page.goto(polder.portal);
    await page.getByLabel('Admin token').fill(polder.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Catalogue' }).first().waitFor();
  });

  for (const template of templates) {
    test(`${template.name}: created in the wizard, served through the mesh, seen and proven`, async () => {
      await createInWizard(page, polder, template);

      const host = `${template.service}.default.localhost`;
      const answer = await eventually('the service', async () => {
        const got = await throughGateway(polder, host, '/hello?from=e2e');
        return got.status === 200 && got;
      });
      assert.match(answer.body, /Hello from the end-to-end test/);
      for (let i = 0; i < 20; i++) await throughGateway(polder, host, '/');

      await page.goto(`${polder.portal}/catalog/default/component/${template.service}`);
      await page.getByRole('heading', { level: 1, name: new RegExp(template.service) }).waitFor();
      const strip = page.getByRole('navigation', { name: 'Four facts' }).first();
      await eventually('runs, talks and is proven in the strip', async () => {
        const text = await strip.innerText();
        return !/not deployed|no traffic|no release/i.test(text);
      });
      await strip.getByLabel('Mutual TLS').waitFor();
      const views = page.getByRole('navigation', { name: 'Views of this entity' });
      await views.getByRole('link', { name: 'Runtime' }).click();
      await page.getByText(`spiffe://cluster.local/ns/default/sa/${template.service}`).first().waitFor();
      if (template.service === 'beech') {
        await views.getByRole('link', { name: 'Wasm' }).click();
        await page.getByText('wasi:http/incoming-handler@0.2').first().waitFor();
        await page.getByRole('button', { name: /^Try http/ }).first().click();
        await page.getByLabel('Rest of the path').fill('tried');
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText('path: /tried').first().waitFor();
        await page.keyboard.press('Escape');
      }
      await views.getByRole('link', { name: 'Evidence' }).click();
      await page.getByText(new RegExp(`${template.service}-\\d{8}-`)).first().waitFor();

      const sbom = JSON.parse(
        await sh(path.join(home, 'polder'), [
          'sbom', template.service, '--data', polder.data,
        ]),
      );
      assert.equal(sbom.bomFormat, 'CycloneDX');
      assert.equal(sbom.specVersion, '1.6');
      assert.equal(sbom.metadata.component.name, template.service);
      assert.ok(sbom.components.length > 0, 'the SBOM names what is in it');
    });
  }

  test('an AuthorizationPolicy closes a service to the gateway, and opens it again', async () => {
    const { service } = templates[1];
    const host = `${service}.default.localhost`;
    const file = path.join(scratch, 'policy.yaml');
    await writeFile(
      file,
      `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: nobody-in, namespace: default }
spec:
  selector: { matchLabels: { app: ${service} } }
  action: DENY
  rules:
    - from: [{ source: { namespaces: [polder-system] } }]
`,
    );
    const polderCommand = (...args) => sh(path.join(home, 'polder'), [...args, '--data', polder.data]);
    await polderCommand('apply', '-f', file);
    await eventually('the refusal', async () => (await throughGateway(polder, host)).status === 403);
    const other = await throughGateway(polder, `${templates[2].service}.default.localhost`);
    assert.equal(other.status, 200, 'its neighbour is as open as before');
    await polderCommand('delete', '-f', file);
    await eventually('the way is open again', async () => (await throughGateway(polder, host)).status === 200);
  });

  test('a pushed change is served, a broken one is not', async () => {
    const { service, source } = templates[1];
    const host = `${service}.default.localhost`;
    const clone = path.join(scratch, service);
    const url = new URL(`${polder.portal}/git/default/${service}.git`);
    url.username = 'e2e';
    url.password = await polder.localToken();
    await sh('git', ['clone', '-q', url.href, clone]);
    await sh('git', ['-C', clone, 'config', 'user.name', 'Ada Example']);
    await sh('git', ['-C', clone, 'config', 'user.email', 'ada@example.com']);
    const file = path.join(clone, source);
    const before = await readFile(file, 'utf8');

    const dutch = before.replaceAll('path: ', 'pad: ');
    assert.notEqual(dutch, before);
    await writeFile(file, dutch);
    await sh('git', ['-C', clone, 'commit', '-qam', 'Say it in Dutch']);
    let failures = 0;
    let asked = 0;
    let pushing = true;
    const load = (async () => {
      while (pushing) {
        asked++;
        const got = await throughGateway(polder, host, '/');
        if (got.status !== 200) failures++;
      }
    })();
    const said = await sh('git', ['-C', clone, 'push', '-q', 'origin', 'HEAD']);
    await eventually('the new version', async () => /pad: /.test((await throughGateway(polder, host, '/')).body));
    pushing = false;
    await load;
    assert.ok(asked > 0);
    assert.equal(failures, 0, `${failures} of ${asked} requests failed while the version changed`);
    assert.match(said, /remote:/, 'the push tells the pusher what happened');

    await writeFile(file, `${dutch}\nthis is not a program`);
    await sh('git', ['-C', clone, 'commit', '-qam', 'Break it']);
    const broken = await sh('git', ['-C', clone, 'push', 'origin', 'HEAD']);
    assert.match(broken, /main\.go:\d+/, "the compiler's own words reach the pusher");
    assert.match((await throughGateway(polder, host, '/')).body, /pad: /, 'the old version still serves');
  });
});

async function createInWizard(page, polder, { name, service }) {
  await page.goto(`${polder.portal}/create`);
  await page.goto(`${polder.portal}/create/templates/default/${name}`);
  await page.getByLabel('Name', { exact: false }).first().fill(service);
  await page.getByLabel('Greeting', { exact: false }).first().fill('Hello from the end-to-end test');
  await page.getByRole('button', { name: /^next/i }).click();
  const owner = page.getByLabel('Owner', { exact: false }).first();
  await owner.click();
  await owner.fill('platform');
  await page.getByRole('option', { name: /platform/i }).first().click();
  await page.getByRole('button', { name: /^(next|review)/i }).click();
  await page.getByRole('button', { name: /^create/i }).click();
  await page.getByText(/Run completed with status: completed/).first().waitFor({ timeout: 300_000 });
}

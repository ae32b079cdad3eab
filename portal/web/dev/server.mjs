// Answers Polder's contract with made-up data, for development and for screenshots without a backend. Dev only.
// npm run fixtures [-- --port 7099]; the token is "dev". Serves dist/ as well when it has been built.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import * as catalog from './catalog.mjs';
import { byRef } from './data.mjs';
import * as polder from './polder.mjs';
import * as scaffolder from './tasks.mjs';

const PORT = Number(process.argv[process.argv.indexOf('--port') + 1]) || 7099;
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const user = { user: { ref: 'user:default/admin', displayName: 'Administrator' }, guest: false };

function json(res, status, body, headers = {}) {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(body === undefined ? '' : JSON.stringify(body));
}
const problem = (res, status, code, detail) =>
  json(res, status, { type: 'about:blank', title: code, status, detail, code, retryable: status >= 500 });
const missing = (res, message) =>
  json(res, 404, { error: { name: 'NotFoundError', message }, request: {}, response: { statusCode: 404 } });

function sse(req, res, start) {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const sendEvent = (event, data) => res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const ping = setInterval(() => sendEvent('ping', {}), 15_000);
  const stop = start(sendEvent);
  req.on('close', () => {
    clearInterval(ping);
    stop?.();
  });
}
const every = (ms, act) => {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
};
async function body(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text === '' ? {} : /json/.test(req.headers['content-type'] ?? '') ? JSON.parse(text) : text;
}

const LINES = [
  'listening on /...',
  '\u001b[32mGET\u001b[0m / 200 1.2 ms',
  '\u001b[32mGET\u001b[0m /basket 200 2.9 ms',
  '\u001b[33mGET\u001b[0m /favicon.ico 404 0.4 ms',
  '\u001b[31mPOST\u001b[0m /checkout 503 \u001b[1mupstream payment: connection refused\u001b[0m',
  'a long line that shows wrapping: {"level":"info","message":"order placed","order":"2026-11-22-000417","customer":"c-88213","articles":[{"id":"A-17","n":2},{"id":"B-99","n":1}],"total":"57.80 EUR","took":"18 ms"}',
];
function logs(req, res, after) {
  sse(req, res, (emit) => {
    let id = after;
    const line = (at) => {
      id += 1;
      emit('log', {
        id,
        at,
        stream: id % 11 === 5 ? 'stderr' : id % 17 === 1 ? 'build' : id % 3 ? 'access' : 'stdout',
        component: id % 17 === 1 ? null : id % 5 === 2 ? 'receipts' : 'orders',
        text: LINES[id % LINES.length],
      });
    };
    if (after === 0) for (let i = 120; i > 0; i -= 1) line(new Date(Date.now() - i * 900).toISOString());
    return every(1200, () => line(new Date().toISOString()));
  });
}

async function polderApi(req, res, path, params) {
  let m;
  if (path === '/facts') return json(res, 200, { items: params.getAll('ref').map(polder.facts) });
  if (path === '/facts/stream')
    return sse(req, res, (emit) =>
      every(2000, () =>
        params
          .getAll('ref')
          .slice(0, 6)
          .forEach((ref) => polder.facts(ref)?.runs && emit('facts', polder.facts(ref))),
      ),
    );
  if (path === '/workloads') return json(res, 200, { items: polder.workloads() });
  if ((m = /^\/workloads\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path))) {
    const found = polder.workload(m[2], m[1]);
    if (!found) return problem(res, 404, 'NOT_FOUND', `No workload ${m[1]}/${m[2]}`);
    if (!m[3]) return json(res, 200, found);
    if (m[3] === '/app') return json(res, 200, polder.app(m[2], m[1]));
    if (m[3] === '/triggers') return json(res, 200, { items: polder.eventTriggers(m[2]) });
    if (m[3] === '/try') return json(res, 200, polder.tried(await body(req)));
    if (m[3].endsWith('/fire')) return json(res, 200, { millis: 1.4 });
    if (m[3] === '/rollback') return json(res, 200, found);
    if (m[3] === '/traffic') return json(res, 200, polder.traffic(m[2], Number(params.get('seconds') ?? 900)));
    if (m[3] === '/traffic/stream')
      return sse(req, res, (emit) => every(1000, () => emit('traffic', polder.trafficNow(m[2]))));
    if (m[3] === '/dead-letters') return json(res, 200, polder.deadLetters(m[2]));
    if (m[3].startsWith('/dead-letters/')) return json(res, 200, polder.deadLetter(m[2]));
    if (m[3] === '/logs/stream') return logs(req, res, Number(params.get('after') ?? 0));
  }
  if (path === '/releases')
    return json(res, 200, { items: polder.releases.filter((r) => !params.get('ref') || r.ref === params.get('ref')) });
  if ((m = /^\/releases\/([^/]+)$/.exec(path)))
    return polder.release(m[1])
      ? json(res, 200, polder.release(m[1]))
      : problem(res, 404, 'NOT_FOUND', `No release ${m[1]}`);
  if ((m = /^\/releases\/([^/]+)\/sbom$/.exec(path)))
    return json(
      res,
      200,
      { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] },
      { 'content-disposition': `attachment; filename="${m[1]}.cdx.json"` },
    );
  if ((m = /^\/resources\/([^/]+)$/.exec(path))) return json(res, 200, { items: polder.resources[m[1]] ?? [] });
  if ((m = /^\/resources\/([^/]+)\/[^/]+\/([^/]+)$/.exec(path)) && req.method === 'DELETE') {
    polder.resources[m[1]] = polder.resources[m[1]].filter((r) => r.metadata.name !== m[2]);
    return json(res, 204);
  }
  if (path === '/toolchains') return json(res, 200, { items: polder.toolchains });
  if (path === '/about') return json(res, 200, polder.about);
  if (path === '/catalog/problems') return json(res, 200, { items: polder.problems });
  if (path === '/tasks/preview') return json(res, 200, scaffolder.preview((await body(req)).values ?? {}));
  return problem(res, 404, 'NOT_FOUND', `No ${path}`);
}

async function catalogApi(req, res, path, params) {
  let m;
  if (path === '/entities/by-query')
    return json(res, 200, req.method === 'POST' ? catalog.byPredicate(await body(req)) : catalog.byQuery(params));
  if (path === '/entity-facets') return json(res, 200, catalog.facets(params));
  if (path === '/entities/by-refs')
    return json(res, 200, { items: (await body(req)).entityRefs.map((ref) => byRef.get(ref) ?? null) });
  if (path === '/refresh') return json(res, 200);
  if ((m = /^\/entities\/by-name\/([^/]+)\/([^/]+)\/([^/]+)(\/ancestry)?$/.exec(path))) {
    const found = byRef.get(`${m[1]}:${m[2]}/${decodeURIComponent(m[3])}`.toLowerCase());
    if (!found) return missing(res, `No entity named '${m[3]}' found, with kind '${m[1]}' in namespace '${m[2]}'`);
    return json(res, 200, m[4] ? catalog.ancestry(found) : found);
  }
  return missing(res, path);
}

async function scaffolderApi(req, res, path, params) {
  let m;
  if ((m = /^\/v2\/templates\/([^/]+)\/template\/([^/]+)\/parameter-schema$/.exec(path))) {
    const template = byRef.get(`template:${m[1]}/${m[2]}`);
    return template
      ? json(res, 200, scaffolder.parameterSchema(template.metadata.title))
      : missing(res, `Template template:${m[1]}/${m[2]} not found`);
  }
  if (path === '/v2/tasks' && req.method === 'POST') {
    const { templateRef, values } = await body(req);
    return json(res, 201, { id: scaffolder.start(templateRef, values) });
  }
  if (path === '/v2/tasks') {
    const all = [...scaffolder.tasks.values()]
      .filter((t) => !params.get('status') || t.status === params.get('status'))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    return json(res, 200, {
      tasks: all.slice(0, Number(params.get('limit') ?? 50)).map(scaffolder.view),
      totalTasks: all.length,
    });
  }
  if ((m = /^\/v2\/tasks\/([^/]+)(\/.*)?$/.exec(path))) {
    const task = scaffolder.tasks.get(m[1]);
    if (!task) return missing(res, `No task with id '${m[1]}' found`);
    if (!m[2]) return json(res, 200, scaffolder.view(task));
    if (m[2] === '/cancel') return (scaffolder.cancel(task), json(res, 200, { status: 'cancelled' }));
    if (m[2] === '/retry') return (scaffolder.retry(task), json(res, 201, { id: task.id }));
    if (m[2] === '/eventstream') {
      return sse(req, res, (emit) => {
        let last = Number(params.get('after') ?? 0);
        const flush = () => {
          for (const event of task.events.filter((e) => e.id > last || e.type === 'completion')) {
            last = Math.max(last, event.id);
            emit(event.type, event);
            if (event.type === 'completion') res.end();
          }
        };
        flush();
        task.listeners.add(flush);
        return () => task.listeners.delete(flush);
      });
    }
  }
  return missing(res, path);
}

function file(res, path) {
  const asked = join('dist', normalize(path));
  const found = existsSync(asked) && statSync(asked).isFile() ? asked : 'dist/index.html';
  if (!existsSync(found)) return problem(res, 404, 'NOT_FOUND', 'dist/ is not built; use npm run dev');
  res.writeHead(200, { 'content-type': TYPES[extname(found)] ?? 'application/octet-stream' });
  createReadStream(found).pipe(res);
}

createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://localhost');
  const signedIn = /polder-session=dev/.test(req.headers.cookie ?? '');
  const handle = async () => {
    if (pathname === '/api/auth/session') {
      if (req.method === 'POST')
        return (await body(req)).token === 'dev'
          ? json(res, 200, user, { 'set-cookie': 'polder-session=dev; HttpOnly; SameSite=Strict; Path=/' })
          : problem(res, 401, 'UNAUTHENTICATED', 'This token is not known');
      if (req.method === 'DELETE')
        return json(res, 204, undefined, { 'set-cookie': 'polder-session=; Max-Age=0; Path=/' });
      return signedIn ? json(res, 200, user) : problem(res, 401, 'UNAUTHENTICATED', 'No session');
    }
    if (!pathname.startsWith('/api/')) return file(res, pathname);
    if (!signedIn) return problem(res, 401, 'UNAUTHENTICATED', 'No session');
    if (req.method !== 'GET' && !req.headers['x-polder-request'])
      return problem(res, 403, 'FORBIDDEN', 'X-Polder-Request is missing');
    const [, , family] = pathname.split('/');
    const rest = pathname.slice(`/api/${family}`.length);
    if (family === 'polder') return polderApi(req, res, rest, searchParams);
    if (family === 'catalog') return catalogApi(req, res, rest, searchParams);
    if (family === 'scaffolder') return scaffolderApi(req, res, rest, searchParams);
    return missing(res, pathname);
  };
  handle().catch((error) => problem(res, 500, 'INTERNAL', String(error?.stack ?? error)));
}).listen(PORT, '127.0.0.1', () => console.log(`fixtures on http://127.0.0.1:${PORT}/#token=dev`));

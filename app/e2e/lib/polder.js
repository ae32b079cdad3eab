// Starts the real program on data and ports of its own, and stops it as a person would: with Ctrl-C.
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const run = promisify(execFile);

/** Starts `polder up` and resolves once it says that it is ready. */
export async function startPolder({ portsFrom, args = [], data } = {}) {
  const folder = data ?? (await mkdtemp(path.join(tmpdir(), 'polder-e2e-')));
  const child = spawn(
    path.join(home, 'polder'),
    ['up', '--data', folder, '--ports-from', String(portsFrom), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: process.env },
  );
  let output = '';
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after 120 s:\n${output}`)), 120_000);
    const take = chunk => {
      output += chunk;
      if (/ready in [0-9.]+ s/.test(output)) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('exit', code => {
      clearTimeout(timer);
      reject(new Error(`polder up ended with ${code}:\n${output}`));
    });
  });
  try {
    await ready;
  } catch (e) {
    child.kill('SIGKILL');
    throw e;
  }
  return {
    child,
    data: folder,
    output: () => output,
    portal: output.match(/portal\s+(http\S+)/)[1].replace(/\/$/, ''),
    gateway: output.match(/gateway\s+(http\S+)/)[1].replace(/\/$/, ''),
    token: output.match(/admin token\s+(\S+)/)?.[1],
    localToken: async () => (await readFile(path.join(folder, 'local.token'), 'utf8')).trim(),
    stop: () => stop(child),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function stop(child) {
  const ended = new Promise(resolve => child.on('exit', (code, signal) => resolve({ code, signal })));
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const result = await ended;
  clearTimeout(timer);
  return result;
}

/** Runs a program; rejects with its output when it fails. */
export async function sh(command, args, options = {}) {
  try {
    const { stdout, stderr } = await run(command, args, { maxBuffer: 16 * 1024 * 1024, ...options });
    return stdout + stderr;
  } catch (e) {
    e.message = `${command} ${args.join(' ')}: ${e.message}\n${e.stdout ?? ''}${e.stderr ?? ''}`;
    throw e;
  }
}

/** Asks until the answer is good; rejects with the last answer after the limit. */
export async function eventually(what, ask, { within = 30_000, every = 100 } = {}) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      const value = await ask();
      if (value) return value;
      last = value;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${within} ms; last: ${last?.stack ?? JSON.stringify(last)}`);
    await new Promise(resolve => setTimeout(resolve, every));
  }
}

/** GETs a service through the gateway by its host name. */
export async function throughGateway(polder, host, pathname = '/') {
  const http = await import('node:http');
  const gateway = new URL(polder.gateway);
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: gateway.hostname, port: gateway.port, path: pathname, headers: { host: `${host}:${gateway.port}` } },
      response => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', chunk => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      },
    );
    request.on('error', reject);
    request.setTimeout(20_000, () => request.destroy(new Error('no answer in 20 s')));
  });
}

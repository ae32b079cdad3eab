// Runs the module as the component does: the variables of CGI in, a response out.
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { WASI } from "node:wasi";

const module = await WebAssembly.compile(readFileSync(new URL("../build/module.wasm", import.meta.url)));

async function request(env) {
  const folder = mkdtempSync(join(tmpdir(), "service-"));
  const stdout = openSync(join(folder, "out"), "w");
  try {
    const wasi = new WASI({ version: "preview1", env, stdout, returnOnExit: true });
    const instance = await WebAssembly.instantiate(module, { ...wasi.getImportObject(), cgi: wasi.wasiImport });
    wasi.start(instance);
    instance.exports.serve();
    return readFileSync(join(folder, "out"), "utf8");
  } finally {
    closeSync(stdout);
    rmSync(folder, { recursive: true });
  }
}

test("greets and shows path and query", async () => {
  const answer = await request({ GREETING: "Good day", PATH_INFO: "/shop", QUERY_STRING: "a=1" });
  assert.match(answer, /^Status: 200\nContent-Type: text\/plain/);
  assert.match(answer, /\n\nGood day\npath: \/shop\nquery: a=1\n$/);
});

test("answers in JSON", async () => {
  const answer = await request({ GREETING: 'Good "day"', PATH_INFO: "/api", QUERY_STRING: "\t" });
  assert.deepEqual(JSON.parse(answer.split("\n\n")[1]), { greeting: 'Good "day"', path: "/api", query: "\t" });
});

test("says that it is healthy", async () => {
  const answer = await request({ SERVICE_NAME: "shop", PATH_INFO: "/health" });
  assert.deepEqual(JSON.parse(answer.split("\n\n")[1]), { status: "ok", service: "shop" });
});

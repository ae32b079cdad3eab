import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../src/answer.js";

const env = { GREETING: 'Good "day"', SERVICE_NAME: "shop" };

test("greets and shows path and query", async () => {
  assert.equal((await answer({ target: "/shop?a=1" }, env)).body, 'Good "day"\npath: /shop\nquery: a=1\n');
});

test("answers in JSON", async () => {
  assert.deepEqual(JSON.parse((await answer({ target: "/api?x" }, env)).body), { greeting: 'Good "day"', path: "/api", query: "x" });
  assert.deepEqual(JSON.parse((await answer({ target: "/health" }, env)).body), { status: "ok", service: "shop" });
});

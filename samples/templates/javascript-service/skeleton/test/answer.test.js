import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../src/answer.js";

const env = { GREETING: 'Good "day"', SERVICE_NAME: "shop" };

test("greets and shows path and query", () => {
  assert.equal(answer("/shop?a=1", env).body, 'Good "day"\npath: /shop\nquery: a=1\n');
});

test("answers in JSON", () => {
  assert.deepEqual(JSON.parse(answer("/api?x", env).body), { greeting: 'Good "day"', path: "/api", query: "x" });
  assert.deepEqual(JSON.parse(answer("/health", env).body), { status: "ok", service: "shop" });
});

// Makes build/service.wasm: the program and the JavaScript engine that runs it, as one component.
import { cp, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { componentize } from "@bytecodealliance/componentize-js";

const entry = process.argv[2] ?? "src/service.js";

// The WIT of WASI comes with the tools.
const tools = dirname(dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco/component")));
await mkdir("build/wit", { recursive: true });
await cp(join(tools, "lib/wit/builtin/0.2.12"), "build/wit/deps", { recursive: true });
await cp("wit", "build/wit", { recursive: true });

const { component } = await componentize({
  sourcePath: entry,
  witPath: "build/wit",
  worldName: "service",
  disableFeatures: ["fetch-event"], // what is exported is the handler itself
});
await writeFile("build/service.wasm", component);
console.log(`build/service.wasm: ${component.length} bytes`);

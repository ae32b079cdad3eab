// Makes a component of wasi:http: the module that asc made takes the place of the empty one in the adapter.
import { readFile, writeFile } from "node:fs/promises";

const [, , modulePath, componentPath] = process.argv;
const adapter = await readFile(new URL("http_start.wasm", import.meta.url));
const module = await readFile(modulePath);

const empty = Buffer.from([1, 8, 0, ...Buffer.from("asm"), 1, 0, 0, 0]);
const place = adapter.indexOf(empty);
if (place < 0) throw new Error("http_start.wasm has no place for a module");

const section = [1]; // and its length, seven bits at a time
let length = module.length;
for (; length > 127; length = Math.floor(length / 128)) section.push((length % 128) + 128);
section.push(length);

await writeFile(componentPath, Buffer.concat([
  adapter.subarray(0, place), Buffer.from(section), module, adapter.subarray(place + empty.length),
]));

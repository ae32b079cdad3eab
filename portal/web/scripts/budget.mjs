// Fails the build when the JavaScript that the first page loads is larger than the budget. Counted are the entry, what
// it imports statically, and the chunk of the home page with its imports; gzip, because every browser takes it.
import { readFileSync, statSync } from 'node:fs';

const BUDGET = 250 * 1024;
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

function collect(key, into) {
  const chunk = manifest[key];
  if (!chunk || into.has(chunk.file)) return;
  into.add(chunk.file);
  for (const next of chunk.imports ?? []) collect(next, into);
}

const loaded = new Set();
for (const [key, chunk] of Object.entries(manifest)) {
  if (chunk.isEntry || key === 'src/home/HomePage.tsx') collect(key, loaded);
}
const size = (file) => {
  try {
    return statSync(`dist/${file}.gz`).size;
  } catch {
    // Files under a kilobyte are not compressed.
    return statSync(`dist/${file}`).size;
  }
};
const files = [...loaded]
  .filter((f) => f.endsWith('.js'))
  .map((f) => [f, size(f)])
  .sort((a, b) => b[1] - a[1]);
const total = files.reduce((sum, [, n]) => sum + n, 0);
const kib = (n) => `${(n / 1024).toFixed(1)} KiB`;
for (const [file, n] of files.slice(0, 6)) console.log(`  ${kib(n).padStart(10)}  ${file}`);
console.log(`first load: ${kib(total)} of compressed JavaScript (budget ${kib(BUDGET)})`);
if (total > BUDGET) {
  console.error('The first load is over its budget. Make something lazy, or leave something out.');
  process.exit(1);
}

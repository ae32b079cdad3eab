// axe on every page in both themes; serious and critical findings fail: npm run a11y [-- --url BASE --token TOKEN]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch, options, settled, signedIn } from './browser.mjs';
import { examples, fill, PAGES } from './pages.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await launch();
const found = new Map();
let checked = 0;
try {
  for (const theme of options.themes) {
    for (const width of [1280, 390]) {
      const context = await signedIn(browser, theme, width);
      const known = await examples(context.request);
      const page = await context.newPage();
      for (const { name, path } of [...PAGES, { name: 'sign-in', path: '/' }].filter(
        (p) => options.only.length === 0 || options.only.includes(p.name),
      )) {
        if (name === 'sign-in') await context.clearCookies();
        await page.goto(fill(path, known));
        await settled(page);
        await page.evaluate(axe); // not a script tag: the policy of a real Polder allows none
        const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        checked += 1;
        const headings = await page.locator('h1').count();
        if (headings !== 1) found.set(`${name} ${theme} ${width}: ${headings} h1`, 'expected one h1');
        for (const violation of result.violations) {
          if (!['serious', 'critical'].includes(violation.impact)) continue;
          for (const node of violation.nodes.slice(0, 4)) {
            found.set(
              `${name} ${theme} ${width}: ${violation.id} ${node.target.join(' ')}`,
              `${violation.impact}: ${node.failureSummary.replaceAll('\n', ' ')}`,
            );
          }
        }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
}
for (const [where, what] of found) console.error(`${where}\n    ${what}`);
console.log(`axe: ${checked} pages checked, ${found.size} serious or critical findings`);
if (found.size > 0) process.exit(1);

// Every page, both themes, three widths: npm run screenshots [-- --url BASE --token TOKEN --out FOLDER --only NAME]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, options, settled, signedIn } from './browser.mjs';
import { examples, fill, PAGES } from './pages.mjs';

mkdirSync(options.out, { recursive: true });
const browser = await launch();
let made = 0;
const failures = [];
try {
  for (const theme of options.themes) {
    for (const width of options.widths) {
      const context = await signedIn(browser, theme, width);
      const known = await examples(context.request);
      const page = await context.newPage();
      page.on('pageerror', (error) => failures.push(`${theme} ${width} ${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/40[14]/.test(message.text()))
          failures.push(`${theme} ${width} ${page.url()}: ${message.text()}`);
      });
      const signIn = { name: 'sign-in', path: '/' };
      for (const { name, path } of [...PAGES, signIn].filter(
        (p) => options.only.length === 0 || options.only.includes(p.name),
      )) {
        if (name === 'sign-in') await context.clearCookies();
        await page.goto(fill(path, known));
        await settled(page);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (wide > 1) failures.push(`${theme} ${width} ${name}: the page is ${wide} px wider than the screen`);
        await page.screenshot({ path: join(options.out, `${name}-${theme}-${width}.png`) });
        made += 1;
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
}
console.log(`${made} screenshots in ${options.out}`);
for (const failure of new Set(failures)) console.error(failure);
if (failures.length > 0) process.exit(1);

// A signed-in browser for the scripts. Options: --url BASE --token TOKEN --only NAME[,NAME] --out FOLDER --app NAME --height PX
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : (process.env[`POLDER_${name.toUpperCase()}`] ?? fallback);
}
export const options = {
  url: option('url', 'http://127.0.0.1:7099').replace(/\/$/, ''),
  token: option('token', 'dev'),
  // the running component that the pages are of
  app: option('app', 'orders'),
  out: option('out', 'screenshots'),
  only: option('only', '').split(',').filter(Boolean),
  widths: option('widths', '390,1280,1920').split(',').map(Number),
  // 0: as high as a screen of that width is
  height: Number(option('height', '0')),
  themes: option('themes', 'light,dark').split(','),
};

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

export async function signedIn(browser, theme, width) {
  const context = await browser.newContext({
    baseURL: options.url,
    viewport: { width, height: options.height || (width < 640 ? 844 : 900) },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const answer = await context.request.post('/api/auth/session', { data: { token: options.token } });
  if (!answer.ok()) throw new Error(`Signing in at ${options.url} was refused with ${answer.status()}; give --token`);
  await context.addInitScript((value) => {
    localStorage.setItem('mantine-color-scheme-value', value);
  }, theme);
  return context;
}

/** Until nothing is loading any more; streams stay open, so the network never becomes idle. */
export async function settled(page) {
  await page.waitForSelector('h1', { timeout: 15_000 });
  await page
    .waitForFunction(() => document.querySelectorAll('[role=status] .skeleton, .skeleton').length === 0, null, {
      timeout: 10_000,
    })
    .catch(() => undefined);
  await page.waitForTimeout(350);
}

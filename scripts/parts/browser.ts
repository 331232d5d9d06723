// A real Chromium for tests and the demo: it plays the person, and shows the pages as a person would see them.

import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium: CHROMIUM_PATH, else the first on PATH; undefined where there is none. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CHROMIUM_PATH: given, PATH: path = '' } = environment;
  if (given !== undefined && given !== '') return isExecutable(given) ? given : undefined;
  return [...path.split(delimiter), '/usr/bin']
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);
}

export type OpenedPage = { readonly page: Page; readonly close: () => Promise<void> };

/** A blank page in a browser of its own, with an empty profile in a temporary folder; `close` removes it. */
export async function openPage(options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error(
      'No Chromium was found: install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.',
    );
  const profile = mkdtempSync(join(tmpdir(), 'kubectl-oidc-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { page, close };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// A Chromium for the tests: one that is there, Debian's, or the one that comes as an npm package.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './assets.ts';
import { findChromium } from './browser.ts';
import { npmEnvironment } from './npm.ts';
import { distribution, installPackages } from './packages.ts';
import { runStep, type Say } from './progress.ts';

/** From npm, where the system has none as a package (Ubuntu's is a stub that wants snap). */
const npmPackage = '@sparticuz/chromium@147.0.0';
/** Libraries that the npm package's program asks the system for. */
const libraries = ['libnss3', 'libnspr4', 'libexpat1', 'fontconfig', 'fonts-dejavu-core'];

/** Path of a Chromium that starts without a desktop; for the variable CHROMIUM_PATH. */
export async function ensureChromium(environment: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const found = findChromium(environment);
  if (found !== undefined && !isSnapStub(found)) return found;
  if (distribution() === 'debian') {
    await installPackages(['chromium'], say);
    const installed = findChromium(environment);
    if (installed !== undefined) return installed;
  }
  return chromiumFromNpm(environment, say);
}

/** Ubuntu's /usr/bin/chromium-browser is a script that only tells how to install the snap. */
function isSnapStub(path: string): boolean {
  return (
    statSync(path).size < 10_000 && /snap (install|run|list)|\/snap\/bin/.test(readFileSync(path, 'latin1'))
  );
}

async function chromiumFromNpm(environment: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const target = join(
    cacheFolder(environment),
    `${npmPackage.replaceAll(/[^\w.-]+/g, '-').slice(1)}-${process.arch}`,
  );
  const program = join(target, 'chromium');
  if (existsSync(program)) return program;
  if (distribution() !== '' && !existsSync('/usr/lib/x86_64-linux-gnu/libnss3.so'))
    await installPackages(libraries, say);
  await mkdir(cacheFolder(environment), { recursive: true });
  const workplace = await mkdtemp(join(cacheFolder(environment), '.chromium-'));
  try {
    await writeFile(join(workplace, 'package.json'), '{"private":true,"type":"module"}');
    const install = ['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', npmPackage] as const;
    await runStep(
      {
        title: `loading ${npmPackage} from npm`,
        command: install,
        cwd: workplace,
        env: npmEnvironment(environment),
      },
      say,
    );
    // It unpacks itself into TMPDIR and answers the path.
    const code = "import c from '@sparticuz/chromium'; process.stdout.write(await c.executablePath())";
    const unpack = [process.execPath, '--input-type=module', '--eval', code] as const;
    const unpacked = join(workplace, 'unpacked');
    await mkdir(unpacked);
    const path = await runStep(
      {
        title: 'unpacking Chromium',
        command: unpack,
        cwd: workplace,
        env: { ...environment, TMPDIR: unpacked },
      },
      say,
    );
    await chmod(path.trim(), 0o755);
    await rename(unpacked, target);
    return program;
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

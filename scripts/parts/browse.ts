// The scripted person as a program: what `makeDesktop` puts behind xdg-open. Arguments: plan file, address.

import { appendFile, readFile } from 'node:fs/promises';
import { type SignIn, signInAs } from './person.ts';

const [, , planFile, url] = process.argv;
if (planFile === undefined || url === undefined) throw new Error('usage: browse.ts PLAN ADDRESS');
const plan: { username: string; log: string; options: SignIn } = JSON.parse(await readFile(planFile, 'utf8'));
await appendFile(plan.log, `${url}\n`);
await signInAs(url, plan.username, { ...plan.options, signal: AbortSignal.timeout(30_000) });

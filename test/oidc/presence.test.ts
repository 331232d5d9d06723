import { expect, test } from 'vitest';
import { type PresenceRequest, presenceOf, type Surroundings } from '../../src/oidc/presence.ts';

const desktop: Surroundings = {
  platform: 'linux',
  environment: { DISPLAY: ':0' },
  stdinTerminal: true,
  stderrTerminal: true,
  wsl: false,
};
const byKubectl: PresenceRequest = {
  asked: 'in-passing',
  policy: 'auto',
  noBrowser: false,
  execInfo: { announced: true, interactive: true },
};
const byHand = { execInfo: { announced: false, interactive: false } } as const;
const byName = { ...byHand, asked: 'by-name' } as const;
const noTerminal = { stdinTerminal: false, stderrTerminal: false } as const;
const pipedIn = { stdinTerminal: false } as const;
const notInteractive = { execInfo: { announced: true, interactive: false } } as const;
const bare = { environment: {} } as const;
const ssh = { environment: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } } as const;

const browserAndPaste = { kind: 'browser', mayPaste: true };
const browserOnly = { kind: 'browser', mayPaste: false };
const paste = { kind: 'paste' };
const nobody = (why: string) => ({ kind: 'nobody', why });
const noWay = nobody('no browser can be opened here and no terminal is free to ask on');
const noPerson = nobody('no person is at a terminal');

type Row = [
  situation: string,
  request: Partial<PresenceRequest>,
  around: Partial<Surroundings>,
  presence: object,
];
const rows: readonly Row[] = [
  ['kubectl on a desktop', {}, {}, browserAndPaste],
  ['kubectl on Wayland', {}, { environment: { WAYLAND_DISPLAY: 'wayland-0' } }, browserAndPaste],
  ['kubectl apply -f - on a desktop', notInteractive, pipedIn, browserOnly],
  ['interactiveMode Never on a desktop', notInteractive, {}, browserOnly],
  ['kubectl apply -f - over SSH', notInteractive, { ...ssh, ...pipedIn }, noWay],
  ['stderr in a file, stdin a terminal', {}, { stderrTerminal: false }, browserOnly],
  ['an editor in the background', notInteractive, noTerminal, noPerson],
  ['an editor that claims to be interactive', {}, noTerminal, noPerson],
  ['get-token by hand', byHand, {}, browserAndPaste],
  ['get-token by hand over SSH', byHand, ssh, paste],
  ['kubectl over SSH', {}, ssh, paste],
  [
    'kubectl over SSH with a display',
    {},
    { environment: { ...ssh.environment, DISPLAY: ':10' } },
    browserAndPaste,
  ],
  [
    'a remote editor that opens tabs at home',
    {},
    { environment: { ...ssh.environment, BROWSER: '/x' } },
    browserAndPaste,
  ],
  ['a console without display', {}, bare, paste],
  ['an empty DISPLAY', {}, { environment: { DISPLAY: '' } }, paste],
  ['a console without display, stdin taken', notInteractive, { ...bare, ...pipedIn }, noWay],
  ['WSL', {}, { ...bare, wsl: true }, browserAndPaste],
  ['WSL over SSH', {}, { ...ssh, wsl: true }, paste],
  ['macOS', {}, { ...bare, platform: 'darwin' }, browserAndPaste],
  ['macOS over SSH', {}, { ...ssh, platform: 'darwin' }, paste],
  ['Windows', {}, { ...bare, platform: 'win32' }, browserAndPaste],
  ['Windows over SSH', {}, { ...ssh, platform: 'win32' }, paste],
  [
    'a CI job',
    {},
    { ...noTerminal, environment: { CI: 'true', DISPLAY: ':99' } },
    nobody('this is a CI job without a terminal'),
  ],
  ['CI=false', {}, { environment: { CI: 'false', DISPLAY: ':0' } }, browserAndPaste],
  ['--login never', { policy: 'never' }, {}, nobody('--login is never')],
  ['--no-browser', { noBrowser: true }, {}, paste],
  ['--no-browser without a terminal', { noBrowser: true }, noTerminal, noPerson],
  [
    'a refresh ahead of the end, on a desktop',
    { asked: 'ahead' },
    {},
    nobody('the login is refreshed ahead of its end, in the background'),
  ],
  ['login', byName, {}, browserAndPaste],
  ['login though the entry says never', { ...byName, policy: 'never' }, {}, browserAndPaste],
  ['login --no-browser', { ...byName, noBrowser: true }, {}, paste],
  ['login --no-browser from a script', { ...byName, noBrowser: true }, noTerminal, paste],
  ['login from a launcher of the desktop', byName, noTerminal, browserOnly],
  [
    'login in CI',
    byName,
    { ...noTerminal, environment: { CI: '1' } },
    nobody('this is a CI job without a terminal'),
  ],
  [
    'login --no-browser in CI',
    { ...byName, noBrowser: true },
    { ...noTerminal, environment: { CI: '1' } },
    paste,
  ],
  ['login over SSH', byName, ssh, paste],
];

test.each(rows)('%s', (_, request, around, presence) => {
  expect(presenceOf({ ...byKubectl, ...request }, { ...desktop, ...around })).toEqual(presence);
});

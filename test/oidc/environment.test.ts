import { describe, expect, test } from 'vitest';
import { judgeApproval, unnamedServer } from '../../src/oidc/approval.ts';
import {
  broughtVariables,
  type EnvironmentReading,
  environmentToApprove,
  refuseMovedStore,
} from '../../src/oidc/environment.ts';
import { isSettingVariable } from '../../src/oidc/login-options.ts';

const shell = {
  HOME: '/home/ada',
  PATH: '/usr/bin',
  DISPLAY: ':0',
  https_proxy: 'http://proxy:3128',
  LANG: 'C',
};
const linux: EnvironmentReading = {
  own: shell,
  caller: shell,
  platform: 'linux',
  home: '/home/ada',
  uid: 1000,
};
const own = (added: Record<string, string>): EnvironmentReading => ({
  ...linux,
  own: { ...shell, ...added },
});
const hidden = (
  platform: string,
  variables: Record<string, string>,
  home = '/home/ada',
): EnvironmentReading => ({
  own: variables,
  caller: undefined,
  platform,
  home,
  uid: 1000,
});
const brought = (storeMoving: string[], broughtEnvironment: Record<string, string>) => ({
  storeMoving,
  broughtEnvironment,
});
const nothing = brought([], {});

describe('where the environment of the client can be read', () => {
  test('what the client has itself was not brought', () => {
    expect(broughtVariables(linux)).toEqual(nothing);
  });

  test('a variable that the client gained meanwhile is no matter of ours', () => {
    expect(broughtVariables({ ...linux, caller: { ...shell, MORE: 'x' } })).toEqual(nothing);
  });

  test("the front's wishes are no company of an entry, and no settings that an approval passes over in silence", () => {
    for (const name of ['KUBECTL_OIDC_REFRESH', 'KUBECTL_OIDC_ASKED_MS']) {
      expect(broughtVariables(own({ [name]: '1' }))).toEqual(nothing);
      expect(broughtVariables(hidden('linux', { [name]: '1' }))).toEqual(nothing);
      expect(isSettingVariable(name)).toBe(false);
    }
    expect(isSettingVariable('KUBECTL_OIDC_ACCOUNT')).toBe(true);
  });

  test.each([
    'KUBECTL_OIDC_HOME',
    'HOME',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
    'DBUS_SESSION_BUS_ADDRESS',
    'XDG_RUNTIME_DIR',
    'XDG_DATA_HOME',
    'GNOME_KEYRING_CONTROL',
  ])('%s moves the store', (name) => {
    expect(broughtVariables(own({ [name]: '/tmp/evil' }))).toEqual(brought([name], {}));
  });

  test.each([
    'PATH',
    'BROWSER',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'NODE_EXTRA_CA_CERTS',
    'NODE_OPTIONS',
    'SSL_CERT_FILE',
    'HTTPS_PROXY',
    'https_proxy',
    'all_proxy',
    'NO_PROXY',
    'DISPLAY',
    'GIO_LAUNCH_DESKTOP',
    'BASH_ENV',
    'PERL5OPT',
    'PYTHONSTARTUP',
    'A_NAME_THAT_NOBODY_KNOWS_YET',
  ])('%s needs approval', (name) => {
    expect(broughtVariables(own({ [name]: 'evil' }))).toEqual(brought([], { [name]: 'evil' }));
  });

  test('an empty value counts, since it hides the one of the client', () => {
    expect(broughtVariables(own({ https_proxy: '', HOME: '' }))).toEqual(
      brought(['HOME'], { https_proxy: '' }),
    );
  });

  test('settings of the login and what a wrapping shell changes are harmless', () => {
    const harmless = {
      KUBECTL_OIDC_CLIENT_ID: 'x',
      KUBERNETES_EXEC_INFO: '{}',
      SHLVL: '2',
      _: '/x',
      PWD: '/',
      LC_ALL: 'C',
    };
    expect(broughtVariables(own(harmless))).toEqual(nothing);
  });

  test('Windows compares names without regard to case', () => {
    const reading = {
      ...linux,
      platform: 'win32',
      own: { Path: 'C:\\', UserProfile: 'D:\\' },
      caller: { PATH: 'C:\\' },
    };
    expect(broughtVariables(reading)).toEqual(brought(['UserProfile'], {}));
  });
});

describe('where the environment of the client is hidden', () => {
  const runtime = '/run/user/1000';
  test.each([
    [
      'a usual macOS one',
      hidden('darwin', { HOME: '/home/ada', PATH: '/evil', XDG_CONFIG_HOME: '/x' }),
      nothing,
    ],
    ['HOME elsewhere', hidden('darwin', { HOME: '/tmp/evil' }), brought(['HOME'], {})],
    [
      'our folder elsewhere',
      hidden('darwin', { KUBECTL_OIDC_HOME: '/tmp/evil' }),
      brought(['KUBECTL_OIDC_HOME'], {}),
    ],
    [
      'a proxy and a CA',
      hidden('darwin', { https_proxy: 'p', SSL_CERT_FILE: 'c' }),
      brought([], { https_proxy: 'p', SSL_CERT_FILE: 'c' }),
    ],
    [
      'code for the opener',
      hidden('darwin', { DYLD_INSERT_LIBRARIES: 'x' }),
      brought([], { DYLD_INSERT_LIBRARIES: 'x' }),
    ],
    [
      'a usual Linux one',
      hidden('linux', {
        HOME: '/home/ada',
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`,
        XDG_RUNTIME_DIR: runtime,
        XDG_SESSION_ID: '4',
      }),
      nothing,
    ],
    [
      'a bus elsewhere',
      hidden('linux', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/bus' }),
      brought(['DBUS_SESSION_BUS_ADDRESS'], {}),
    ],
    [
      'a runtime folder elsewhere',
      hidden('linux', { XDG_RUNTIME_DIR: '/tmp/x' }),
      brought(['XDG_RUNTIME_DIR'], {}),
    ],
    [
      'a usual Windows one',
      hidden(
        'win32',
        {
          UserProfile: 'C:\\Users\\ada',
          HOMEDRIVE: 'C:',
          HOMEPATH: '\\Users\\ada',
          AppData: 'C:\\Users\\ada\\AppData\\Roaming',
        },
        'C:\\Users\\ada',
      ),
      nothing,
    ],
    [
      'a Windows profile elsewhere',
      hidden('win32', { USERPROFILE: 'D:\\evil' }, 'C:\\Users\\ada'),
      brought(['USERPROFILE'], {}),
    ],
  ])('%s', (_, reading, expected) => {
    expect(broughtVariables(reading)).toEqual(expected);
  });
});

describe('approving', () => {
  test('an entry that moves the store cannot be approved', () => {
    expect(() => environmentToApprove({ HOME: '/tmp/x' }, linux)).toThrowError(
      expect.objectContaining({
        code: 'refused',
        message: "the kubeconfig's exec entry sets HOME, which moves where logins are kept",
      }),
    );
  });

  test('nothing is refused where nothing moves the store', () => {
    expect(refuseMovedStore(nothing)).toBeUndefined();
  });

  test.each([
    ['linux', shell],
    ['darwin', undefined],
  ])('what was recorded at login is what the next command brings (%s)', (platform, caller) => {
    const entry = { AWS_PROFILE: 'dev', KUBECTL_OIDC_ACCOUNT: 'ada' };
    const recorded = environmentToApprove(entry, { ...linux, platform, caller });
    const later = broughtVariables({ ...linux, platform, caller, own: { ...shell, ...entry } });
    const approvals = [{ apiServer: unnamedServer, environment: recorded, approvedAt: 1 }];
    expect(judgeApproval(approvals, { kind: 'unannounced-client' }, later.broughtEnvironment)).toEqual({
      kind: 'approved',
    });
  });

  test.each(['linux', 'darwin'])('a proxy that was not there at login is foreign (%s)', (platform) => {
    const caller = platform === 'linux' ? shell : undefined;
    const recorded = environmentToApprove({}, { ...linux, platform, caller });
    const later = broughtVariables({
      ...linux,
      platform,
      caller,
      own: { ...shell, https_proxy: 'http://evil' },
    });
    const approvals = [{ apiServer: unnamedServer, environment: recorded, approvedAt: 1 }];
    expect(judgeApproval(approvals, { kind: 'unannounced-client' }, later.broughtEnvironment)).toEqual({
      kind: 'foreign-environment',
      names: ['https_proxy'],
    });
  });
});

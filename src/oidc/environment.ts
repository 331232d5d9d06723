// Which environment variables an exec entry of a kubeconfig brought with it. They are as foreign as the kubeconfig:
// approved together with its server, or refused.

import { Failure } from '../failure.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export type EnvironmentReading = {
  readonly own: Variables;
  /** The environment of the client that runs us; undefined where the system does not show it. */
  readonly caller: Variables | undefined;
  readonly platform: string;
  /** The home folder by the user database, which HOME does not move. */
  readonly home: string;
  readonly uid: number;
};

export type Brought = {
  /** Names of variables that would move the store of logins and approvals: no approval can cover these. */
  readonly storeMoving: readonly string[];
  /** The rest: allowed exactly with the values that were approved (`judgeApproval`). */
  readonly broughtEnvironment: Readonly<Record<string, string>>;
};

// Settings of the login itself (part of its key), the front's wishes (`readFrontWishes`: no client has them, and they
// release nothing), what clients set for themselves while they run (and neither we, Node
// nor a browser's opener reads), and what shells and terminals change without meaning anything.
const harmless =
  /^(KUBECTL_OIDC_(?!HOME$).*|KUBERNETES_EXEC_INFO|KUBECONFIG|KUBECACHEDIR|(K9S|HELM|TF|AWS|GOOGLE|CLOUDSDK|AZURE|ARM)_.*|_|SHLVL|PWD|OLDPWD|LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|COLUMNS|LINES)$/;
// SECRET_* and SNAP_NAME have libsecret keep its items in a file, of any place and password, or ask another service.
const storeMoving =
  /^(KUBECTL_OIDC_HOME|HOME|CFFIXED_USER_HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|DBUS_.*|XDG_.*|GNOME_KEYRING_.*|SECRET_.*|SNAP_NAME)$/;
// Where the caller cannot be read: what routes our requests, changes whom we trust, or loads code into us or the opener.
const routing =
  /^((HTTPS?|ALL|NO|FTP)_PROXY|SSL_CERT_(FILE|DIR)|OPENSSL_.*|NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_.*|USE_.*)|LD_.*|DYLD_.*|BASH_ENV|BROWSER|GCONV_PATH|LOCPATH|GLIBC_TUNABLES|GIO_(MODULE_DIR|EXTRA_MODULES)|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS)$/;

/**
 * What the exec entry set and its client did not have. Everything but plain settings counts. Where the client's
 * environment is hidden, variables of the store count when they differ from the system's default, and routing
 * ones whenever they are set; others (PATH, DISPLAY) cannot be told apart there and pass.
 */
export function broughtVariables(reading: EnvironmentReading): Brought {
  const { own, caller } = reading;
  const names = Object.keys(own).filter(
    (name) => own[name] !== undefined && !harmless.test(keyOf(reading, name)),
  );
  const brought =
    caller === undefined
      ? names.filter((name) => isSuspect(reading, name))
      : names.filter((name) => own[name] !== callerValue(reading, name));
  const moving = brought.filter((name) => storeMoving.test(keyOf(reading, name)));
  const rest = brought
    .filter((name) => !moving.includes(name))
    .map((name) => [name, own[name] ?? ''] as const);
  return { storeMoving: moving, broughtEnvironment: Object.fromEntries(rest) };
}

/** Fails with `refused` when the exec entry would move the store of logins and approvals. */
export function refuseMovedStore({ storeMoving: names }: Brought): void {
  if (names.length === 0) return;
  throw new Failure(
    'refused',
    `the kubeconfig's exec entry sets ${names.join(', ')}, which moves where logins are kept`,
    {
      hint: 'Take it out of the entry\'s "env", and set it in your shell if you need it.',
    },
  );
}

/**
 * What to record with an approval: the entry's own variables and, for systems that hide the client's environment,
 * the routing variables of the person who approves. Fails with `refused` like `refuseMovedStore`.
 */
export function environmentToApprove(
  entry: Readonly<Record<string, string>>,
  reading: EnvironmentReading,
): Readonly<Record<string, string>> {
  const fromEntry = broughtVariables({ ...reading, own: entry, caller: {} });
  refuseMovedStore(fromEntry);
  const hidden = broughtVariables({ ...reading, caller: undefined }).broughtEnvironment;
  return { ...hidden, ...fromEntry.broughtEnvironment };
}

function isSuspect(reading: EnvironmentReading, name: string): boolean {
  const key = keyOf(reading, name);
  if (routing.test(key)) return true;
  if (!storeMoving.test(key)) return false;
  const usual = usualValues(reading)[key];
  return usual !== undefined && !usual.includes(reading.own[name] ?? '');
}

/** The system's own values of variables that move the store; a name that is not here does not move it on this system. */
function usualValues({
  platform,
  home,
  uid,
}: EnvironmentReading): Readonly<Record<string, readonly string[]>> {
  const everywhere = { KUBECTL_OIDC_HOME: [], HOME: [home] };
  if (platform === 'darwin') return { ...everywhere, CFFIXED_USER_HOME: [] };
  if (platform === 'win32') {
    const [drive, path] = [home.slice(0, 2), home.slice(2)];
    const data = { APPDATA: [`${home}\\AppData\\Roaming`], LOCALAPPDATA: [`${home}\\AppData\\Local`] };
    return { ...everywhere, ...data, USERPROFILE: [home], HOMEDRIVE: [drive], HOMEPATH: [path] };
  }
  const runtime = `/run/user/${uid}`;
  return {
    ...everywhere,
    DBUS_SESSION_BUS_ADDRESS: [`unix:path=${runtime}/bus`],
    XDG_RUNTIME_DIR: [runtime],
    XDG_CONFIG_HOME: [`${home}/.config`],
    XDG_DATA_HOME: [`${home}/.local/share`],
    GNOME_KEYRING_CONTROL: [`${runtime}/keyring`],
    SECRET_BACKEND: ['service'],
    SECRET_FILE_TEST_PATH: [],
    SECRET_SERVICE_BUS_NAME: ['org.freedesktop.secrets'],
  };
}

/** Windows does not tell upper from lower case, nor do the programs that read proxies. */
function keyOf({ platform }: EnvironmentReading, name: string): string {
  return platform === 'win32' || /_proxy$/i.test(name) ? name.toUpperCase() : name;
}

function callerValue({ caller, platform }: EnvironmentReading, name: string): string | undefined {
  if (platform !== 'win32' || caller === undefined) return caller?.[name];
  const same = Object.keys(caller).find((each) => each.toUpperCase() === name.toUpperCase());
  return same === undefined ? undefined : caller[same];
}

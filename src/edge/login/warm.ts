// The way of a warm answer, wired: who asks, what is stored, whether the asker was refused before. Whatever is
// imported here is paid for by every kubectl command.

import { userInfo } from 'node:os';
import type { Host } from '../../host.ts';
import { apiServerFrom } from '../../oidc/api-server.ts';
import type { Caller } from '../../oidc/approval.ts';
import { broughtVariables, refuseMovedStore } from '../../oidc/environment.ts';
import type { ExecInfo } from '../../oidc/exec-credential.ts';
import { loginKey } from '../../oidc/login-key.ts';
import type { GetTokenRequest, WarmAnswer } from '../../oidc/logins.ts';
import type { Tokens } from '../../oidc/token.ts';
import { folderPath } from '../files/our-folder.ts';
import { type CallerProcess, readCaller } from '../person/caller.ts';
import { readCertificateAuthority } from '../provider/certificate-authority.ts';
import { indexState } from '../store/login-index.ts';
import { readWarm } from '../store/login-read.ts';
import { askedBefore, mayHeal } from './asked.ts';
import { readUnlessSilent } from './silent-keychain.ts';

export type WarmLogin = {
  /** Who asked for the token; behind a front that is not our parent. */
  readonly clientPid: number;
  /** Fails with `keychain` when it is locked, `refused` when the exec entry moves the store, `file` on a bad CA file. */
  readonly readWarm: () => Promise<WarmAnswer>;
  readonly wasRefused: (tokens: Tokens) => boolean;
};

/** A refresh is due when less than this is left: kubectl is told an end that lies before the real one. */
const marginSeconds = 60;

/**
 * The stored login of these settings, for this process's caller. No lock, no network. `expectRefresh` is called while
 * the keychain is waited for, when the index already tells that its answer will not do.
 */
export function openWarmLogin(
  { settings, execInfo, wishes }: GetTokenRequest,
  host: Host,
  expectRefresh: () => void,
): WarmLogin {
  const folder = folderPath(host.environment);
  const callerProcess = readCaller({
    platform: host.platform,
    parentPid: process.ppid,
    execInfo: host.environment.KUBERNETES_EXEC_INFO,
    stdoutTerminal: !execInfo.announced && host.stdout.isTTY === true,
  });
  return {
    clientPid: callerProcess.pid,
    readWarm: async () => {
      const broughtEnvironment = broughtBy(callerProcess, host);
      const name = {
        keyWithoutCa: loginKey(settings, ''),
        authority: readCertificateAuthority(settings.certificateAuthority)?.certificates,
      };
      const stateBefore = indexState(folder);
      const reader = { folder, clientPid: callerProcess.pid, askedMs: wishes.askedMs };
      const reading = withClientVariables({ own: host.environment, broughtEnvironment, callerProcess }, () =>
        readUnlessSilent(reader, () =>
          readWarm(folder, name, ({ expiresAt = Infinity }) => {
            if (wishes.refresh !== undefined || expiresAt - marginSeconds <= host.now()) expectRefresh();
          }),
        ),
      );
      // The keychain's answer takes longer than the digest of the cluster's CA, which needs no time of its own so: once
      // the question is on its way.
      await new Promise(setImmediate);
      const caller = callerOf(execInfo, callerProcess);
      const outcome = await reading;
      if (outcome.kind === 'locked') throw outcome.failure;
      const login = outcome.kind === 'found' ? outcome.login : { approvals: [] };
      return { login, indexState: stateBefore, caller, broughtEnvironment };
    },
    wasRefused: (tokens) => {
      if (!execInfo.announced) return false;
      const now = host.now();
      // The front answers most calls, so it knows better than our notes who had this token before.
      if (wishes.refresh === 'refused') return mayHeal({ tokens, now });
      const server = execInfo.cluster?.server ?? '';
      return askedBefore(folder, { tokens, server, client: callerProcess, now });
    },
  };
}

function broughtBy(caller: CallerProcess, host: Host): Readonly<Record<string, string>> {
  if (caller.kind === 'shell') return {};
  // The user database is asked only where the caller's own environment is hidden: it may be slow (LDAP).
  const account = caller.environment === undefined ? userInfo() : { homedir: '', uid: 0 };
  const brought = broughtVariables({
    own: host.environment,
    caller: caller.environment,
    platform: host.platform,
    home: account.homedir,
    uid: account.uid,
  });
  refuseMovedStore(brought);
  return brought.broughtEnvironment;
}

/**
 * Does `work` with the client's own variables in place of those that the exec entry brought: the approval stands in the
 * keychain itself, and its libraries would take code, programs (dbus-launch on PATH) and places from them before that.
 */
async function withClientVariables<Result>(
  {
    own,
    broughtEnvironment,
    callerProcess,
  }: {
    readonly own: Host['environment'];
    readonly broughtEnvironment: Readonly<Record<string, string>>;
    readonly callerProcess: CallerProcess;
  },
  work: () => Promise<Result>,
): Promise<Result> {
  // The process's own: what libraries see, too.
  const environment = own as NodeJS.ProcessEnv;
  for (const name of Object.keys(broughtEnvironment)) {
    const theirs = callerProcess.environment?.[name];
    if (theirs === undefined) delete environment[name];
    else environment[name] = theirs;
  }
  try {
    return await work();
  } finally {
    Object.assign(environment, broughtEnvironment);
  }
}

function callerOf(execInfo: ExecInfo, caller: CallerProcess): Caller {
  if (execInfo.cluster !== undefined) {
    return { kind: 'client', apiServer: apiServerFrom(execInfo.cluster, sha256OfBase64) };
  }
  if (execInfo.announced) return { kind: 'client-hiding-server' };
  return caller.kind === 'shell' ? { kind: 'shell' } : { kind: 'unannounced-client' };
}

/** Hex digest of the decoded bytes. */
export function sha256OfBase64(base64: string): string {
  // Asked for here, not imported: loading it costs 5 ms, and most of them pass while the keychain answers.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex');
}

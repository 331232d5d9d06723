// Which API server a login may be released to. A kubeconfig from a stranger may name our program, our issuer and
// our client, and its own server: only what setup, login or a yes on the terminal approved gets a token.

/** The API server as kubectl announces it (ExecCredential `spec.cluster`), its CA as a digest. */
export type ApiServer = {
  readonly server: string;
  readonly tlsServerName: string;
  /** SHA-256 (hex) of the CA data; '' when the system's CAs are trusted. */
  readonly caSha256: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly proxyUrl: string;
};

/** Stands for programs that set no KUBERNETES_EXEC_INFO, and so cannot say which server a token is for. */
export const unnamedServer: ApiServer = {
  server: '',
  tlsServerName: '',
  caSha256: '',
  insecureSkipTlsVerify: false,
  proxyUrl: '',
};

/** One approved server of a login, with the variables that its exec entry was approved to bring. */
export type Approval = {
  readonly apiServer: ApiServer;
  readonly environment: Readonly<Record<string, string>>;
  readonly approvedAt: number;
};

/** Who asks for a token. */
export type Caller =
  | { readonly kind: 'client'; readonly apiServer: ApiServer }
  /** kubectl, made silent about the server by `provideClusterInfo: false`. */
  | { readonly kind: 'client-hiding-server' }
  /** A program that sets no KUBERNETES_EXEC_INFO. */
  | { readonly kind: 'unannounced-client' }
  /** A person or script that runs the program by hand: its stdout is theirs. */
  | { readonly kind: 'shell' };

export type ApprovalVerdict =
  | { readonly kind: 'approved' }
  /** Nothing about this server is approved yet: a person may be asked. */
  | { readonly kind: 'unknown-server'; readonly apiServer: ApiServer }
  /** The server is approved, but not with these TLS or proxy settings. */
  | { readonly kind: 'changed-server'; readonly apiServer: ApiServer; readonly changed: readonly string[] }
  /** The caller did not say which server it is for. */
  | { readonly kind: 'unnamed-server' }
  /** The exec entry brings variables that were not approved with it. */
  | { readonly kind: 'foreign-environment'; readonly names: readonly string[] };

export type RefusedVerdict = Exclude<ApprovalVerdict, { kind: 'approved' }>;

/** Whether the caller may have this login's token. `broughtEnvironment`: variables the exec entry set and the caller itself did not have. */
export function judgeApproval(
  approvals: readonly Approval[],
  caller: Caller,
  broughtEnvironment: Readonly<Record<string, string>>,
): ApprovalVerdict {
  if (caller.kind === 'shell') return { kind: 'approved' };
  if (caller.kind === 'client-hiding-server') return { kind: 'unnamed-server' };
  const apiServer = caller.kind === 'client' ? caller.apiServer : unnamedServer;
  const sameUrl = approvals.filter((approval) => approval.apiServer.server === apiServer.server);
  if (sameUrl.length === 0) {
    return caller.kind === 'client' ? { kind: 'unknown-server', apiServer } : { kind: 'unnamed-server' };
  }
  const same = sameUrl.filter((approval) => changedFields(approval.apiServer, apiServer).length === 0);
  if (same.length === 0) {
    return { kind: 'changed-server', apiServer, changed: changedFields(sameUrl[0]!.apiServer, apiServer) };
  }
  const foreign = same.map((approval) => foreignNames(approval.environment, broughtEnvironment));
  const fewest = foreign.reduce((least, names) => (names.length < least.length ? names : least));
  return fewest.length === 0 ? { kind: 'approved' } : { kind: 'foreign-environment', names: fewest };
}

/** The approvals with this one added, in the place of an older one of the same server address. */
export function withApproval(approvals: readonly Approval[], approval: Approval): readonly Approval[] {
  const { server } = approval.apiServer;
  return [...approvals.filter((each) => each.apiServer.server !== server), approval];
}

function changedFields(approved: ApiServer, asked: ApiServer): string[] {
  const fields: readonly (readonly [keyof ApiServer, string])[] = [
    ['server', 'server'],
    ['caSha256', 'certificate-authority'],
    ['tlsServerName', 'tls-server-name'],
    ['insecureSkipTlsVerify', 'insecure-skip-tls-verify'],
    ['proxyUrl', 'proxy-url'],
  ];
  return fields.filter(([field]) => approved[field] !== asked[field]).map(([, name]) => name);
}

function foreignNames(
  approved: Readonly<Record<string, string>>,
  brought: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(brought).filter((name) => approved[name] !== brought[name]);
}

// What ends a command. Lives here: the one error class, its codes, their exit status, and the lines a person
// reads. Nothing that knows a command, a provider or a terminal belongs here.

import { cleanText } from './foreign-text.ts';

/** Exit status by code; anything thrown that is not a Failure is a bug and exits 70 (EX_SOFTWARE). */
const exitStatusByCode = {
  usage: 2,
  'sign-in-required': 4,
  cancelled: 130,
  no: 1,
  provider: 1,
  keychain: 1,
  file: 1,
  cluster: 1,
  forbidden: 1,
  refused: 1,
  conflict: 1,
} as const;

export type FailureCode = keyof typeof exitStatusByCode;

export function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(exitStatusByCode, value);
}

/**
 * The one way a command ends early. `message` says what was attempted, on what; `hint` what to do next.
 * `cause` is a short text safe to print (an errno, an OAuth error code): never a foreign error object, whose
 * fields may hold tokens.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly hint: string | undefined;
  readonly reason: string | undefined;

  constructor(code: FailureCode, message: string, details: { hint?: string; cause?: string } = {}) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.hint = details.hint;
    this.reason = details.cause;
  }
}

/** Exit status for whatever ended the command. */
export function exitStatusOf(error: unknown): number {
  return error instanceof Failure ? exitStatusByCode[error.code] : 70;
}

/**
 * The line for stderr, '' for an honest "no" that was already said, with its hint, free of terminal escapes: a message may quote what a kubeconfig says. For a bug
 * its name only, since a foreign message may hold a secret.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof Failure) {
    // The result on stdout was the answer already.
    if (error.code === 'no' && error.message === '') return '';
    const reason = error.reason === undefined ? '' : ` (${error.reason})`;
    const hint = error.hint === undefined ? '' : ` ${error.hint}`;
    const line = `kubectl-oidc: ${error.message}${reason}.${hint}`.replaceAll(/([.!?:])\.( |$)/g, '$1$2');
    return cleanText(line, 2000);
  }
  const name = error instanceof Error ? cleanText(error.name, 40) : typeof error;
  return `kubectl-oidc: an unexpected ${name} ended the command; this is a bug. Run it again with KUBECTL_OIDC_DEBUG=1 to see where.`;
}

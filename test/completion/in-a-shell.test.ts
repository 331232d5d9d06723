import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOfferable } from '../../src/completion/choices.ts';
import { isOurShim, shimFor } from '../../src/completion/shim.ts';

describe('isOfferable', () => {
  it('whatever may, a shell takes for exactly that text', () => {
    const offerable = fc.string({ unit: 'binary-ascii', maxLength: 12 }).filter(isOfferable);
    const names = fc.sample(offerable, 400);
    const said = execFileSync('/bin/bash', ['-c', `printf '%s\\n' ${names.join(' ')}`], { encoding: 'utf8' });
    expect(said.split('\n').slice(0, -1)).toEqual(names);
  });
});

describe('shimFor', () => {
  it('runs a program whose path holds quotes, and hands its words on as they are', () => {
    const { name, text } = shimFor("/o'b $(id)/echo", 'linux');
    expect(name).toBe('kubectl_complete-oidc');
    const printed = text.replace(/^exec .* __complete/m, (line) => line.replace('exec', 'printf "<%s>"'));
    const said = execFileSync('/bin/sh', ['-c', printed, 'sh', 'a b', '', '$x'], { encoding: 'utf8' });
    expect(said).toBe("</o'b $(id)/echo><__complete><a b><><$x>");
    expect(isOurShim(text)).toBe(true);
  });

  it('is a batch file on Windows', () => {
    expect(shimFor('C:\\100%\\kubectl-oidc.exe', 'win32')).toEqual({
      name: 'kubectl_complete-oidc.cmd',
      text:
        '@rem Written by "kubectl-oidc completion install"; kubectl runs it.\r\n' +
        '@"C:\\100%%\\kubectl-oidc.exe" __complete %* 2>nul\r\n',
    });
  });

  it('knows the shims of other programs as not ours', () => {
    expect(isOurShim('#!/bin/sh\nexec kubectl oidc-login __complete "$@"\n')).toBe(false);
    expect(isOurShim('#!/bin/sh\n\n\n# Written by "kubectl-oidc completion install"\n')).toBe(false);
    expect(isOurShim('')).toBe(false);
  });
});

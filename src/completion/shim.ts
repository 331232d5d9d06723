// `kubectl_complete-oidc`: the program that kubectl looks for on PATH to complete `kubectl oidc …`. All it does is
// run ours.

export type Shim = { readonly name: string; readonly text: string };

/** `onPath`: whether kubectl finds it there. */
export type InstalledShim = {
  readonly kind: 'written' | 'unchanged';
  readonly path: string;
  readonly onPath: boolean;
};

const mark = 'Written by "kubectl-oidc completion install"';

/** `command`: `kubectl-oidc`, or the absolute path where PATH does not find it. */
export function shimFor(command: string, platform: string): Shim {
  if (platform === 'win32') {
    // In a batch file a percent sign in a path would begin a variable.
    const program = command.replaceAll('%', '%%');
    return {
      name: 'kubectl_complete-oidc.cmd',
      text: `@rem ${mark}; kubectl runs it.\r\n@"${program}" __complete %* 2>nul\r\n`,
    };
  }
  const program = `'${command.replaceAll("'", "'\\''")}'`;
  return {
    name: 'kubectl_complete-oidc',
    text: `#!/bin/sh\n# ${mark}; kubectl runs it.\nexec ${program} __complete "$@" 2>/dev/null\n`,
  };
}

/** Whether a file's text is a shim of ours, of this version or another. */
export function isOurShim(text: string): boolean {
  return text.split(/\r?\n/, 2).some((line) => /^(#|@rem) /.test(line) && line.includes(mark));
}

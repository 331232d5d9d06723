import { type ChildProcess, spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';

const terminal = new URL('../../../src/edge/person/terminal.ts', import.meta.url).href;

describe('lines from a pipe', () => {
  test('come one by one, and a line that came early is not lost', async () => {
    const run = start(`for await (const line of terminal.pastedLines(signal)) terminal.say('got ' + line);`);
    run.type('one\ntwo\nthr');
    await run.seen('got two');
    run.type('ee\n');
    await run.seen('got three');
    run.child.stdin?.end();
    expect(await run.ended).toBe(0);
  });

  test('end with the signal, and an open stdin keeps no process alive', async () => {
    const run = start(`
      process.on('SIGUSR2', () => controller.abort());
      terminal.say('ready');
      for await (const line of terminal.pastedLines(signal)) terminal.say('got ' + line);
      terminal.say('over');`);
    await run.seen('ready');
    run.type('one\n');
    await run.seen('got one');
    run.child.kill('SIGUSR2');
    await run.seen('over');
    expect(await run.ended).toBe(0);
  });

  test('are none after the signal', async () => {
    const run = start(
      `controller.abort(); for await (const line of terminal.pastedLines(signal)) terminal.say(line);`,
    );
    run.type('one\n');
    expect(await run.ended).toBe(0);
    expect(run.output()).toBe('');
  });
});

test('without a terminal a question is answered no at once', async () => {
  const run = start(`terminal.say(String(await terminal.ask('Release it?', signal)));`);
  expect(await run.ended).toBe(0);
  expect(run.output()).toBe('false\n');
});

describe('on a terminal', () => {
  test.each([
    ['y', 'true'],
    ['YES ', 'true'],
    ['', 'false'],
    ['n', 'false'],
    ['yep', 'false'],
  ])('a question answered "%s" is %s', async (typed, answer) => {
    const run = startOnTerminal(`terminal.say('answer ' + await terminal.ask('Release it?', signal));`);
    await run.seen('Release it? [y/N] ');
    run.type(`${typed}\r`);
    await run.seen(`answer ${answer}`);
    expect(await run.ended).toBe(0);
  });

  test('a second question can follow the first', async () => {
    const run = startOnTerminal(`
      terminal.say('first ' + await terminal.ask('One?', signal));
      terminal.say('second ' + await terminal.ask('Two?', signal));`);
    await run.seen('One? [y/N] ');
    run.type('y\r');
    await run.seen('Two? [y/N] ');
    run.type('y\r');
    await run.seen('second true');
    expect(await run.ended).toBe(0);
  });

  test('an address longer than the terminal takes in one line is read whole', async () => {
    const address = `http://127.0.0.1:4711/?code=${'c'.repeat(9000)}&state=end`;
    const run = startOnTerminal(
      `for await (const line of terminal.pastedLines(signal)) terminal.say('length ' + line.length);`,
    );
    // The first line proves that the reader is up.
    run.type('x\r');
    await run.seen('length 1');
    run.type(`${address}\r`);
    await run.seen(`length ${address.length}`);
    run.type('\u0004');
    expect(await run.ended).toBe(0);
  });

  test('Ctrl-C while reading is SIGINT, as elsewhere', async () => {
    const run = startOnTerminal(`
      process.on('SIGINT', () => { terminal.say('interrupted'); controller.abort(); });
      terminal.say('answer ' + await terminal.ask('Release it?', signal));`);
    await run.seen('[y/N] ');
    run.type('\u0003');
    await run.seen('interrupted');
    await run.seen('answer false');
    expect(await run.ended).toBe(0);
  });

  test('the surroundings say so', async () => {
    const run = startOnTerminal(`terminal.say(JSON.stringify(terminal.surroundings({ CI: '1' })));`);
    await run.ended;
    expect(JSON.parse(run.output())).toMatchObject({
      platform: process.platform,
      environment: { CI: '1' },
      stdinTerminal: true,
      stderrTerminal: true,
    });
  });
});

function programOf(body: string): string[] {
  const script = `import { isatty } from 'node:tty';
    import { openTerminal } from ${JSON.stringify(terminal)};
    const { stdin, stderr } = process;
    const terminal = openTerminal({ stdin, stderr, isTerminal: isatty });
    const controller = new AbortController();
    const { signal } = controller;
    ${body}`;
  return [process.execPath, '--input-type=module', '--eval', script];
}

function start(body: string) {
  const [program = '', ...args] = programOf(body);
  return watch(spawn(program, args, { stdio: 'pipe' }));
}

/** Under `script` of util-linux, which gives the program a terminal of its own and hands our typing to it. */
function startOnTerminal(body: string) {
  const quoted = programOf(body).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return watch(spawn('script', ['-qefc', quoted.join(' '), '/dev/null'], { stdio: 'pipe' }));
}

function watch(child: ChildProcess) {
  let output = '';
  const waiting: { text: string; found: () => void }[] = [];
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const { text, found } of waiting) if (output.includes(text)) found();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return {
    child,
    output: () => output,
    type: (text: string) => child.stdin?.write(text),
    seen: (text: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (output.includes(text)) resolve();
      waiting.push({ text, found: resolve });
      child.once('close', () => reject(new Error(`ended without "${text}": ${output}`)));
      return promise;
    },
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
}

// What the operating system gave this run, read once in main.ts and handed on: commands read neither argv nor
// environment from `process`.

export type Environment = Readonly<Record<string, string | undefined>>;

/** `now` in epoch seconds; `signal` aborts on SIGINT, SIGTERM and SIGHUP. */
export type Host = {
  /** The words after the program's name. */
  readonly arguments: readonly string[];
  readonly environment: Environment;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Of stdin or stderr, by its number: to make the stream for that costs kubectl 3 ms. */
  readonly isTerminal: (descriptor: 0 | 2) => boolean;
  readonly platform: NodeJS.Platform;
  /** The file that was started, as it was named (a link of krew or npm, perhaps). */
  readonly programPath: string;
  /** How to start this program again, e.g. as the keychain worker; never the front before it. */
  readonly programCommand: readonly string[];
  readonly now: () => number;
  /** A thread hangs in the keychain, and would hold an ordinary end of this process for up to 50 s. */
  readonly leaveThread: () => void;
  readonly signal: AbortSignal;
};

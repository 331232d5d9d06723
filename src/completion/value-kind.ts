// What the words after a command may be: where completion looks for choices. Pure: no file, no cluster.

/** `folder` and `file` are left to the shell; the rest is looked up. */
export type ValueKind =
  | 'context'
  | 'kube-user'
  | 'kube-cluster'
  | 'namespace'
  | 'group'
  /** `group:NAME`. */
  | 'subject'
  | 'preset'
  | 'resource'
  | 'verb'
  | 'file'
  | 'folder';

/** Kinds whose values are somewhere outside this program. */
export type LookedUpKind = Exclude<ValueKind, 'preset' | 'verb' | 'file' | 'folder'>;

/** A kind of value, or the values themselves. */
export type Completes = ValueKind | readonly string[];

/** A flag as a command's `options` have it. `completes` is needed only where name and `choices` do not tell. */
export type FlagShape = {
  readonly type: 'string' | 'boolean';
  readonly alias?: string;
  readonly choices?: readonly string[];
  readonly completes?: Completes;
  readonly describe: string;
};

/** A word without a flag; `many` repeats until the end of the line. */
export type PositionalShape = {
  readonly name: string;
  readonly completes?: Completes;
  readonly many?: true;
};

/** A command file, as far as completion reads it. */
export type CommandShape = {
  readonly options: Readonly<Record<string, FlagShape>>;
  readonly positionals?: readonly PositionalShape[];
};

/** A command's line in the help, and its file. */
export type CommandEntry = { readonly about: string; readonly load: () => Promise<CommandShape> };

/** One name, one meaning, in every command. */
const kindByName: Readonly<Record<string, ValueKind>> = {
  context: 'context',
  cluster: 'kube-cluster',
  'user-name': 'kube-user',
  namespace: 'namespace',
  group: 'group',
  'as-group': 'group',
  subject: 'subject',
  preset: 'preset',
  resource: 'resource',
  verb: 'verb',
  kubeconfig: 'file',
  filename: 'file',
  'certificate-authority': 'file',
  'cluster-certificate-authority': 'file',
  'client-secret-file': 'file',
  dir: 'folder',
};

/** What a flag or positional takes; undefined: anything, and nothing is offered. */
export function completesOf(
  name: string,
  { choices, completes }: Pick<FlagShape, 'choices' | 'completes'>,
): Completes | undefined {
  return completes ?? choices ?? (Object.hasOwn(kindByName, name) ? kindByName[name] : undefined);
}

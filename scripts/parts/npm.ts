// npm as the machine has it. It looks for the settings of all its users (globalconfig: the registry, certificates)
// beside the Node that runs it, which is not to be the one among the project's packages.

import { delimiter, join } from 'node:path';

const ownPrograms = join(import.meta.dirname, '../../node_modules/.bin');

/** These variables, with a PATH on which npm finds the machine's Node first. */
export function npmEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PATH = '' } = environment;
  const others = PATH.split(delimiter).filter((folder) => folder !== ownPrograms);
  return { ...environment, PATH: others.join(delimiter) };
}

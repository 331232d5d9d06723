// keytar as the release archives have it: its native part lies beside the executable. The build puts this in the
// place of the package "keytar", whose loader would look through folders of node_modules.

import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type keytar from 'keytar';

type NativeKeytar = Pick<typeof keytar, 'getPassword' | 'setPassword' | 'deletePassword'>;

const loaded = { exports: {} as NativeKeytar };
// The one file that is loaded, named by where the executable really is: krew starts it through a link.
process.dlopen(loaded, join(dirname(realpathSync(process.execPath)), 'keytar.node'));

/** Three of keytar's functions. Importing this fails where the file or libsecret is missing, as the package does. */
export default loaded.exports;

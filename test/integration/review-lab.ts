// A cluster for whoever sits at the screen of a review: a small one, whose people have awkward names too, and which can
// die and come back as it was.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, connectTo } from '../../scripts/parts/api-client.ts';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { openTerminal, type Terminal, type TerminalSize } from '../../scripts/parts/terminal.ts';
import { program } from './lab.ts';

export type ReviewLab = {
  readonly folder: string;
  /** Of its administrator; the current context is `admin`. */
  readonly kubeconfig: string;
  readonly client: () => ApiClient;
  readonly create: (...objects: readonly object[]) => Promise<void>;
  /** The server and its etcd are gone. */
  readonly die: () => Promise<void>;
  /** At the same address, with what it held. */
  readonly comeBack: () => Promise<void>;
  /** Somebody at a terminal of their own, at the screen. It goes with `stop`. */
  readonly sitDown: (options?: SeatOptions) => Promise<Terminal>;
  readonly stop: () => Promise<void>;
};

export type SeatOptions = Partial<TerminalSize> & {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeWords?: readonly string[];
};

/** Starts it with these objects. */
export async function openReviewLab(objects: readonly object[]): Promise<ReviewLab> {
  const folder = mkdtempSync(join(tmpdir(), 'review-'));
  const assets = assetsForTests(process.env);
  const certificates = await makeCertificateAuthority();
  const options = { assets, folder: join(folder, 'server'), certificates };
  let server: ApiServer = await startApiServer(options);
  let client = await connectTo(server);
  const { adminKubeconfigPath } = server;
  const port = Number(new URL(server.server).port);
  const seats: Terminal[] = [];
  const create = async (...wanted: readonly object[]): Promise<void> => {
    for (const each of wanted) {
      const answer = await client.ask({ path: pathOf(each), body: each });
      if (answer.status !== 201) throw new Error(`${JSON.stringify(each)}: ${JSON.stringify(answer.body)}`);
    }
  };
  await create(...objects);
  return {
    folder,
    kubeconfig: adminKubeconfigPath,
    client: () => client,
    create,
    die: async () => {
      client.close();
      await server.stop();
    },
    comeBack: async () => {
      server = await startApiServer({ ...options, port });
      client = await connectTo(server);
    },
    sitDown: async ({ words = [], env = {}, nodeWords = [], columns = 100, rows = 30 } = {}) => {
      const seat = await openTerminal({
        columns,
        rows,
        command: [process.execPath, ...nodeWords, program, 'review', ...words],
        env: { HOME: folder, PATH: process.env.PATH ?? '', KUBECONFIG: adminKubeconfigPath, ...env },
        cwd: folder,
      });
      seats.push(seat);
      return seat;
    },
    stop: async () => {
      for (const seat of seats) await seat.close();
      client.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pathOf(object: object): string {
  const { kind, metadata } = object as { kind: string; metadata: { namespace?: string } };
  if (kind === 'Namespace') return '/api/v1/namespaces';
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `/apis/rbac.authorization.k8s.io/v1${place}/${kind.toLowerCase()}s`;
}

/** A file in the lab's folder. */
export function fileIn({ folder }: ReviewLab, name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

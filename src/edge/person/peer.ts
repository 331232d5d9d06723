// Whose process is at the other end of a loopback connection, as far as Linux tells (proc(5), /proc/net/tcp).

import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Whether another user of this machine connected: the listener's address stands in the browser's arguments, which
 * everybody can read. Root passes, since port forwarders run as root; so does `sudoUid`, who
 * called us through sudo. Where the system does not tell, nobody counts as another.
 */
export function isOtherUser(socket: Socket, sudoUid: string | undefined): boolean {
  const ownUid = process.geteuid?.();
  const uid = uidAt(socket.remotePort ?? 0, socket.localPort ?? 0);
  return uid !== undefined && ![0, ownUid, Number(sudoUid)].includes(uid);
}

/** The user of the socket that is bound to `port` and connected to `peerPort` on this machine. */
function uidAt(port: number, peerPort: number): number | undefined {
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readTable(table)) {
      const [, local = '', remote = '', , , , , uid] = line.trim().split(/\s+/);
      if (portOf(local) === port && portOf(remote) === peerPort) return Number(uid);
    }
  }
  return undefined;
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
}

function readTable(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    // No such table on this system, or hidden in this container.
    return [];
  }
}

// What the identity provider of tests and demo remembers: plain maps, gone with the process, open to inspection.

import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

type Row = { payload: AdapterPayload; readonly endsAt: number };
type Table = Map<string, Row>;

export type Memory = {
  /** For oidc-provider's `adapter` setting. */
  readonly adapter: AdapterFactory;
  /** Forgets every row of a model, e.g. all refresh tokens; returns how many there were. */
  readonly clear: (model: string) => number;
};

/** One memory a provider; rows end by the clock of this process, in milliseconds. */
export function makeMemory(): Memory {
  const tables = new Map<string, Table>();
  const tableOf = (model: string): Table => {
    const table = tables.get(model) ?? new Map<string, Row>();
    tables.set(model, table);
    return table;
  };
  return {
    adapter: (model) => adapterOf(tableOf(model)),
    clear: (model) => {
      const count = tableOf(model).size;
      tableOf(model).clear();
      return count;
    },
  };
}

function adapterOf(table: Table): Adapter {
  const find = (matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    const now = Date.now();
    return [...table.values()].find((row) => row.endsAt > now && matches(row.payload))?.payload;
  };
  return {
    upsert: async (id, payload, expiresInSeconds) => {
      const endsAt =
        expiresInSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresInSeconds * 1000;
      table.set(id, { payload, endsAt });
    },
    find: async (id) => {
      const row = table.get(id);
      return row !== undefined && row.endsAt > Date.now() ? row.payload : undefined;
    },
    findByUid: async (uid) => find((payload) => payload.uid === uid),
    findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
    consume: async (id) => {
      const row = table.get(id);
      if (row !== undefined) row.payload = { ...row.payload, consumed: Math.floor(Date.now() / 1000) };
    },
    destroy: async (id) => {
      table.delete(id);
    },
    revokeByGrantId: async (grantId) => {
      for (const [id, row] of table) if (row.payload.grantId === grantId) table.delete(id);
    },
  };
}

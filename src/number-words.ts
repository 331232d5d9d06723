// Numbers as people read them. Nothing else lives here.

/** `1 role`, `1,204 roles`. */
export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${numberWords(count)} ${what}s`;
}

/** `1 grant is`, `7 grants are`: the beginning of a sentence about them. */
export function countedAre(count: number, what: string): string {
  return `${counted(count, what)} ${count === 1 ? 'is' : 'are'}`;
}

/** `1,204`. Without asking for a whole locale: that alone takes longer than a frame of the screen. */
export function numberWords(count: number): string {
  return `${count}`.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

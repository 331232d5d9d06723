// Whether a terminal is a screen of ours, or as it was before.

import { expect } from 'vitest';
import type { Terminal } from '../../scripts/parts/terminal.ts';

/** Line settings, screen, mouse and cursor are as they were before the program started. */
export function expectRestored(seat: Terminal): void {
  expect(seat.settings()).toBe(seat.settingsBefore);
  expect(seat.emulator.buffer.active.type).toBe('normal');
  expect(seat.emulator.modes.mouseTrackingMode).toBe('none');
  expect(seat.sent().lastIndexOf('\u001b[?25h')).toBeGreaterThan(seat.sent().lastIndexOf('\u001b[?25l'));
}

/** None of that is. */
export function expectTaken(seat: Terminal): void {
  expect(seat.settings()).not.toBe(seat.settingsBefore);
  expect(seat.emulator.buffer.active.type).toBe('alternate');
  expect(seat.emulator.modes.mouseTrackingMode).not.toBe('none');
}

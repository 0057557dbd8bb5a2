import { BadInput, shown } from '../values/badInput';
import type { CursorForm } from './cursor';
import type { OrderValues } from '../values/order';

export const MAX_ROWS = 1_000;
export const USUAL_ROWS = 100;

/** Which rows of an order are asked for, by the Relay specification. */
export interface Window {
  readonly backward: boolean;
  readonly size: number;
  /** How many rows of the order are passed over before the first; only without cursors. */
  readonly skip: number;
  readonly after: OrderValues | null;
  readonly before: OrderValues | null;
  /** A cursor that bounds it is of another data version than the one that is read. */
  readonly dataVersionChanged: boolean;
}

export interface WindowRequest {
  readonly first?: unknown;
  readonly after?: unknown;
  readonly last?: unknown;
  readonly before?: unknown;
  /** Not for GraphQL, which has cursors: each row that is passed over is read. */
  readonly skip?: number;
}

export function readWindow(request: WindowRequest, cursors: CursorForm): Window {
  const first = readSize(request.first, 'first');
  const last = readSize(request.last, 'last');
  if (first !== null && last !== null) {
    throw new BadInput('Both first and last are given; expected one of them.');
  }
  const after = isAbsent(request.after) ? null : cursors.read(request.after, 'after');
  const before = isAbsent(request.before) ? null : cursors.read(request.before, 'before');
  return {
    backward: last !== null,
    size: last ?? first ?? USUAL_ROWS,
    skip: request.skip ?? 0,
    after: after?.values ?? null,
    before: before?.values ?? null,
    dataVersionChanged: [after, before].some((cursor) => cursor?.ofOtherVersion),
  };
}

function readSize(given: unknown, where: string): number | null {
  if (isAbsent(given)) return null;
  if (typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= MAX_ROWS) {
    return given;
  }
  throw new BadInput(
    `${where} is ${shown(given)}; expected a whole number from 0 to ${String(MAX_ROWS)}.`,
  );
}

function isAbsent(given: unknown): given is undefined | null {
  return given === undefined || given === null;
}

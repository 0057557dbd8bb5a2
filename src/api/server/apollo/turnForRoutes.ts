import type { FastifyRequest } from 'fastify';
import { passedOn } from '../known/passedOn';
import { isDear, type TakeTurn } from '../turns/connectionTurns';
import type { Turn } from '../turns/turn';

/** The turn of a request that the routes answer, whose cost is known by now. `giveUp` is called where it gets none. */
export function turnForRoutes(
  { raw, viewer }: FastifyRequest,
  takeTurn: TakeTurn,
  cost: number | undefined,
  giveUp: () => void,
): Turn {
  const { takeTurn: takePassed, settle } = passedOn(raw) ?? {};
  const take = (): Turn => {
    const passed = takePassed?.();
    if (passed?.isDear === isDear(cost)) return passed;
    if (!passed) return takeTurn(viewer, cost);
    // What it costs was not known when it came, as of a trusted document. Who asks the same waits for it no longer:
    // this caller's queue is its own.
    passed.end();
    settle?.(undefined);
    return takeTurn(viewer, cost);
  };
  try {
    const turn = take();
    turn.begun?.catch(giveUp);
    return turn;
  } catch (error) {
    giveUp();
    throw error;
  }
}

import type { ServerResponse } from 'node:http';
import type { Turn } from '../turns/turn';

/** The turn of a request, once it has come. Who hangs up meanwhile leaves the queue. */
export async function turnFor(response: ServerResponse, take: () => Turn): Promise<Turn> {
  const turn = take();
  if (!turn.begun) return turn;
  const leave = () => turn.end();
  response.once('close', leave);
  try {
    await turn.begun;
    return turn;
  } finally {
    response.off('close', leave);
  }
}

/**
 * Leaves the turn to the routes: who calls this has to end it. Where nobody did when the request is over, as
 * where it is refused before anything is read, it ends by itself.
 */
export function leftToRoutes(response: ServerResponse, turn: Turn): () => Turn {
  let taken = false;
  response.once('close', () => {
    if (!taken) turn.end();
  });
  return () => {
    taken = true;
    return turn;
  };
}

/** Ends the turn when the work is done, also where it fails, unless what comes of it is the turn itself, for the routes. */
export async function endingUnlessLeft<Rest extends { readonly turn?: Turn }>(
  turn: Turn,
  work: () => Promise<'answered' | Rest>,
): Promise<'answered' | Rest> {
  let left = false;
  try {
    const rest = await work();
    left = rest !== 'answered' && rest.turn === turn;
    return rest;
  } finally {
    if (!left) turn.end();
  }
}

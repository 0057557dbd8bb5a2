import type { Loaders } from '../../loaders/loaders';
import type { RegisterEntry } from '../../loaders/register';
import type { Row } from '../../query/pages/page';
import type { Certificate } from '../../generated/resolvers';
import type { RequestContext } from '../request/context';
import { numberOf, textOf } from './rowValue';

/** The certificate of a mart's row; null where neither the report nor the register gives a number. */
export async function certificate(
  row: Row,
  _arguments: unknown,
  { loaders }: RequestContext,
): Promise<Certificate | null> {
  const reported = textOf(row, 'certificateNumber');
  const request = numberOf(row, 'serviceRequestId');
  if (request === null) return null;
  const participant = await loaders.participant.load(request);
  const register = participant ?? (await loaders.serviceRequest.load(request));
  const found = await firstNumber(reported, participant, request, loaders);
  if (!found) return null;
  const registered = register?.number ?? null;
  return {
    ...found,
    issueDate: register?.issueDate ?? null,
    endDate: register?.endDate ?? null,
    conflicting: reported !== null && registered !== null && reported !== registered,
  };
}

async function firstNumber(
  reported: string | null,
  participant: RegisterEntry | null,
  request: number,
  loaders: Loaders,
): Promise<Pick<Certificate, 'number' | 'source'> | null> {
  if (reported !== null) return { number: reported, source: 'REPORT' };
  if (participant?.number) return { number: participant.number, source: 'PARTICIPANT' };
  const entry = await loaders.serviceRequest.load(request);
  return entry?.number ? { number: entry.number, source: 'SERVICE_REQUEST' } : null;
}

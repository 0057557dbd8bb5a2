import type { Row } from '../../query/pages/page';
import type { ResolvedCertificate } from '../../query/columns/resolvedCertificates';
import type { RequestContext } from '../request/context';
import { numberOf, textOf } from './rowValue';

/** The certificate of a report's row; null where neither the report nor the register gives a number. */
export function certificate(
  row: Row,
  _arguments: unknown,
  { loaders }: RequestContext,
): Promise<ResolvedCertificate | null> {
  return loaders.certificate.load({
    number: textOf(row, 'certificateNumber'),
    serviceRequestId: numberOf(row, 'serviceRequestId'),
  });
}

import { expectedFigures } from '../../src/demo/figures';
import { generateEvents } from '../../src/demo/generateEvents';
import { figuresFromEvents } from './figuresFromEvents';

describe('the figures of the demonstration data', () => {
  test.each([0.01, 0.03, 0.1, 0.37])(
    'at scale %p the events say what the plan promises',
    (scale) => {
      const { figures, reportingBins } = figuresFromEvents(generateEvents({ scale }));
      expect(figures).toEqual(expectedFigures(scale));
      expect(reportingBins).toBe(figures.silver.reportingCompanies);
    },
  );

  test('at scale 1 they are the figures of January 2026', () => {
    const { figures, events, reportingBins } = figuresFromEvents(generateEvents({ scale: 1 }));
    expect(figures).toEqual(expectedFigures(1));
    expect(figures.silver).toMatchObject({ reportingCompanies: 2_983, participants: 3_400 });
    expect(figures.gold.reports).toBe(27_259);
    expect(figures.gold.exportByCountry).toBe(7_737);
    expect(figures.gold.withoutBin).toBe(2);
    expect(figures.certificate.missingInReport).toBe(85);
    expect(figures.certificate.missing).toBe(2);
    expect(reportingBins).toBe(2_983);
    const about = (count: number) => Math.round(count / 10_000) * 10_000;
    expect(about(events['demo.public.service_report'] ?? 0)).toBe(80_000);
    expect(about(events['demo.public.service_servicerequest'] ?? 0)).toBe(200_000);
    expect(about(events['demo.public.account_company'] ?? 0)).toBe(10_000);
  });

  test.each([0, -1, 0.001, 101, Number.NaN])('a scale of %p is refused in a sentence', (scale) => {
    expect(() => generateEvents({ scale }).next()).toThrow(/expected a number from 0.01 to 100/);
  });

  test('more than January is January several times over', () => {
    const { gold, silver, certificate } = expectedFigures(4);
    expect(gold).toMatchObject({ reports: 109_036, exportByCountry: 30_948, withoutBin: 8 });
    expect(silver).toMatchObject({ reportingCompanies: 11_932, participants: 13_600 });
    expect(certificate).toMatchObject({ missingInReport: 340, missing: 8 });
  });
});

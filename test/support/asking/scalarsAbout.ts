import fc from 'fast-check';

/** Values for every scalar of the schema, as GraphQL writes them; texts are these, and a few of no row. */
export function scalarsAbout(texts: readonly string[]): Record<string, fc.Arbitrary<string>> {
  const known = fc.constantFrom(...texts);
  const text = fc.oneof(
    { weight: 4, arbitrary: known },
    fc
      .tuple(known, fc.nat(11), fc.integer({ min: 1, max: 12 }))
      .map(([of, at, length]) => of.slice(at, at + length)),
    fc.constantFrom('777777', 'ТОО', '%', '_', '1001', 'Data', 'нет', '', '5000'),
  );
  const quoted = text.map((value) => JSON.stringify(value));
  return {
    String: quoted,
    ID: fc.oneof(
      quoted,
      fc.integer({ min: 0, max: 40 }).map((id) => `"${String(id)}"`),
    ),
    Int: fc
      .oneof(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 2018, max: 2026 }),
        fc.integer({ min: 0, max: 500 }),
      )
      .map(String),
    Float: fc.constantFrom('0', '0.5', '1e3'),
    Boolean: fc.constantFrom('true', 'false'),
    Decimal: fc.constantFrom('"0"', '"1"', '"1000000.50"', '"-5"', '"99999999999.99"'),
    BigInt: fc.constantFrom('"0"', '"12"'),
    Date: fc.constantFrom('"2020-01-01"', '"2024-06-30"'),
    DateTime: fc.constantFrom('"2021-01-01T00:00:00Z"', '"2025-03-01T12:00:00.5+05:00"'),
  };
}

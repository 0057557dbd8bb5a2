-- A country as silver.country_names lists it: lower case, without marks upon letters (ё is е, й is и, ü is u)
-- and without characters that have no width, with one space for whatever parts words: blanks, dots, quotes,
-- hyphens, brackets. NULL where none is given. src/countries/countryNames.ts writes the same.
create or replace function silver.country_key(given text) returns text
language sql immutable parallel safe
return nullif(btrim(regexp_replace(
  regexp_replace(
    normalize(lower(silver.read_text(given) collate "und-x-icu"), NFKD),
    '[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+', '', 'g'),
  '[\u0009-\u000d\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e\u00a0\u00ab\u00b7\u00bb\u02b9-\u02bc\u2010-\u205f\u2212\u3000]+',
  ' ', 'g')), '');

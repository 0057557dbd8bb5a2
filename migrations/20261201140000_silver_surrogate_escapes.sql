-- JSON escapes a character beyond U+FFFF as two surrogates: digits of a mathematical or another such shape came out of a
-- defect's raw value as they were given. An escape may be escaped again, where JSON stands in a text of JSON.
create or replace function silver.without_json_escapes(given text) returns text
language plpgsql immutable parallel safe as $$
declare
  plain text := given;
  code text;
  units text[];
begin
  if coalesce(strpos(plain, '\'), 0) = 0 or plain !~ '^\s*[{["]' then return plain; end if;
  plain := regexp_replace(plain, '\\[bfnrt]', ' ', 'g');
  for code in
    select distinct part[1]
    from regexp_matches(plain, '(\\+u[dD][89abAB][0-9a-fA-F]{2}\\+u[dD][c-fC-F][0-9a-fA-F]{2})', 'g') as part
  loop
    units := regexp_match(code, 'u([0-9a-fA-F]{4})\\+u([0-9a-fA-F]{4})');
    plain := replace(plain, code, chr(
      x'10000'::integer
      + (('x' || lpad(units[1], 8, '0'))::bit(32)::integer - x'd800'::integer) * 1024
      + ('x' || lpad(units[2], 8, '0'))::bit(32)::integer - x'dc00'::integer
    ));
  end loop;
  for code in select distinct part[1] from regexp_matches(plain, '\\u([0-9a-fA-F]{4})', 'g') as part loop
    if code !~* '^(00[01]|d[89a-f])' then
      plain := replace(plain, '\u' || code, chr(('x' || lpad(code, 8, '0'))::bit(32)::integer));
    end if;
  end loop;
  return plain;
end
$$;

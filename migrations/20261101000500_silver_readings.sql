-- How the values of the source are read. Each reading gives NULL both where nothing was given and
-- where the text cannot be read; silver.is_given tells the two apart, so that the second is recorded
-- as a defect. Most are single expressions, which the planner inlines into the queries that use them.
--
-- Texts come from json_to_record, which writes a JSON string and a JSON number alike. The few forms
-- that only a number may have (1e3, 12.0) are judged with the JSON itself, which is rare.

-- Nothing is missing, null, "", "-" or "—".
create function silver.is_given(given text) returns boolean
language sql immutable parallel safe
return given is not null and given not in ('', '-', '—');

-- A number with an exponent, or one with a fraction for a count, is a JSON number and no text.
create function silver.is_json_number(container json, field text) returns boolean
language sql immutable parallel safe
return json_typeof(container -> field) = 'number';

-- An amount in any other form than plain digits: groups parted by a space (also U+00A0, U+202F,
-- U+2009), a decimal point or comma, or a JSON number with an exponent.
create function silver.read_unusual_amount(given text, container json, field text)
returns numeric(20, 2)
language plpgsql immutable parallel safe as $$
declare
  amount numeric;
begin
  if given ~ E'^-?[0-9]+([ \u00a0\u202f\u2009][0-9]+)*([.,][0-9]+)?$' then
    if length(given) > 1000 then return null; end if;
    amount := translate(given, E', \u00a0\u202f\u2009', '.')::numeric;
  elsif given ~ '^-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,3}$' and length(given) < 1000
        and silver.is_json_number(container, field) then
    amount := given::numeric;
  else
    return null;
  end if;
  amount := round(amount, 2); -- half away from zero
  return case when abs(amount) < 1e18 then amount end;
end
$$;

-- amount, numeric(20,2) in tenge.
create function silver.read_amount(given text, container json, field text)
returns numeric
language sql immutable parallel safe
return case
  when given is null then null
  when given ~ '^-?[0-9]{1,17}(\.[0-9]{1,9})?$' then round(given::numeric, 2)
  else silver.read_unusual_amount(given, container, field)
end;

create function silver.read_unusual_count(given text, container json, field text)
returns integer
language plpgsql immutable parallel safe as $$
declare
  number numeric;
begin
  if given ~ '^[0-9]+$' and length(given) < 1000 then
    number := given::numeric;
  elsif given ~ '^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$' and length(given) < 1000
        and silver.is_json_number(container, field) then
    number := given::numeric;
  else
    return null;
  end if;
  return case when number = trunc(number) and number between 0 and 2147483647 then number::integer end;
end
$$;

-- count, a whole number from 0.
create function silver.read_count(given text, container json, field text)
returns integer
language sql immutable parallel safe
return case
  when given is null then null
  when given ~ '^[0-9]{1,9}$' then given::integer
  else silver.read_unusual_count(given, container, field)
end;

-- A whole number of the source's own columns (an id, a year), which may be written 2021 or 2021.0.
create function silver.read_integer(given text)
returns integer
language sql immutable parallel safe
return case
  when given ~ '^-?[0-9]{1,9}$' then given::integer
  when given ~ '^-?[0-9]{1,10}(\.0{1,20})?$' and given::numeric between -2147483648 and 2147483647
    then given::numeric::integer
end;

-- date: YYYY-MM-DD or DD.MM.YYYY, a real day of the calendar.
create function silver.read_date(given text)
returns date
language plpgsql immutable parallel safe as $$
declare
  year integer;
  month integer;
  day integer;
begin
  if given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
    year := left(given, 4); month := substr(given, 6, 2); day := right(given, 2);
  elsif given ~ '^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$' then
    day := left(given, 2); month := substr(given, 4, 2); year := right(given, 4);
  else
    return null;
  end if;
  if year < 1 or month not between 1 and 12 or day < 1 then return null; end if;
  if day > extract(day from make_date(year, month, 1) + interval '1 month' - interval '1 day') then
    return null;
  end if;
  return make_date(year, month, day);
end
$$;

-- timestamptz as ISO-8601. A text of the right form but an impossible day is unreadable, no error.
create function silver.read_time(given text)
returns timestamptz
language plpgsql immutable parallel safe as $$
begin
  if given !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)$' then
    return null;
  end if;
  if silver.read_date(left(given, 10)) is null then return null; end if;
  return given::timestamptz;
end
$$;

create function silver.trimmed(given text) returns text
language sql immutable parallel safe
return btrim(given, E' \t\r\n\u00a0\u202f\u2009\ufeff');

-- A text that says something: trimmed, or NULL.
create function silver.read_text(given text) returns text
language sql immutable parallel safe
return nullif(nullif(nullif(silver.trimmed(given), ''), '-'), '—');

-- certificate number: any text but those by which people say "none".
create function silver.read_certificate_number(given text) returns text
language sql immutable parallel safe
return case
  when lower(silver.trimmed(given) collate "und-x-icu") in ('', '-', '—', '-1', 'нет') then null
  else silver.trimmed(given)
end;

-- A BIN: twelve digits, else NULL and the next source is asked.
create function silver.read_bin(given text) returns text
language sql immutable parallel safe
return case when silver.trimmed(given) ~ '^[0-9]{12}$' then silver.trimmed(given) end;

-- Whether a value was given that its reading could not read.
create function silver.is_unreadable(given text, reading anyelement) returns boolean
language sql immutable parallel safe
as $$ select reading is null and silver.is_given(given) $$;

-- Entities of XML: the five named ones and numeric references. Unknown ones stay as they are.
create function silver.unescape_xml(escaped text) returns text
language plpgsql immutable parallel safe as $$
declare
  plain text := escaped;
  reference text[];
  code bigint;
begin
  if strpos(plain, '&') = 0 then return plain; end if;
  if strpos(plain, '&#') > 0 then
    for reference in
      select distinct found from regexp_matches(plain, '(&#(x?)([0-9a-fA-F]{1,6});)', 'g') as found
    loop
      code := case
        when reference[2] = 'x' then ('x' || lpad(reference[3], 8, '0'))::bit(32)::bigint
        when reference[3] ~ '^[0-9]+$' then reference[3]::bigint
      end;
      if code between 1 and 55295 or code between 57344 and 1114111 then
        plain := replace(plain, reference[1], chr(code::integer));
      end if;
    end loop;
  end if;
  plain := replace(replace(plain, '&lt;', '<'), '&gt;', '>');
  plain := replace(replace(plain, '&quot;', '"'), '&apos;', '''');
  return replace(plain, '&amp;', '&');
end
$$;

-- The texts of <tin> and <name> that stand directly inside <company> of a signed form. The XML may be
-- malformed or cut short, so it is not parsed but searched; elements of their own inside <company>
-- (a director, say, whose <tin> is an IIN) are passed over.
create function silver.read_signed_company(signed_xml text, out tin text, out name text)
language plpgsql immutable parallel safe as $$
declare
  xml text := signed_xml;
  start integer;
  block text;
  finish integer;
  part text[];
  depth integer := 0;
  open_element text;  -- the element directly inside <company> that has only text so far
  open_text text;
begin
  if strpos(xml, '<!') > 0 then
    xml := regexp_replace(xml, '<!--.*?(-->|$)', '', 'g');
    xml := regexp_replace(xml, '<!\[CDATA\[(.*?)\]\]>', '\1', 'g');
  end if;
  start := strpos(xml, '<company>');
  if start = 0 then start := regexp_instr(xml, '<company\s[^<>/]*>'); end if;
  if coalesce(start, 0) = 0 then return; end if;
  block := substr(xml, start);
  block := left(substr(block, strpos(block, '>') + 1), 100000);
  finish := strpos(block, '</company');
  if finish > 0 then block := left(block, finish - 1); end if;

  -- The usual form: no element of <company> holds another.
  if block !~ '<\w[^<>]*>[^<]*<\w' then
    tin := substring(block from '<tin>([^<]*)</tin>');
    name := silver.unescape_xml(substring(block from '<name>([^<]*)</name>'));
    return;
  end if;

  for part in
    select found from regexp_matches(block, '<(/?)([\w:.-]+)[^<>]*?(/?)>([^<]*)', 'g') as found
  loop
    if part[1] = '/' then
      if depth = 1 and open_element = part[2] then
        if open_element = 'tin' then tin := coalesce(tin, open_text); end if;
        if open_element = 'name' then name := coalesce(name, silver.unescape_xml(open_text)); end if;
      end if;
      depth := greatest(depth - 1, 0);
      open_element := null;
    elsif part[3] = '' then
      depth := depth + 1;
      open_element := case when depth = 1 then part[2] end;
      open_text := part[4];
    end if;
  end loop;
end
$$;

-- What personal data a raw value may hold is left out of the defect that shows it.
create function silver.redacted(raw text) returns text
language sql immutable parallel safe
return left(
  regexp_replace(
    regexp_replace(
      regexp_replace(left(raw, 1000), '[^\s@"]+@[^\s@"]+', '[e-mail]', 'g'),
      '(?<![0-9])[0-9]{12}(?![0-9])', '[12 digits]', 'g'),
    '\+[0-9][0-9 ()-]{8,}[0-9]', '[phone]', 'g'),
  200);

-- The column's own text, or where it came as a placeholder the one carried forward to it: NULL where
-- no event has it.
create function silver.whole(given text, carried json, column_name text) returns text
language sql immutable parallel safe
return case when given = '__debezium_unavailable_value' then carried ->> column_name else given end;

create function silver.scalar(given json) returns text
language sql immutable parallel safe
return case when json_typeof(given) in ('string', 'number') then given #>> '{}' end;

-- json_to_record refuses what is no object; a form's part that is none has no fields.
create function silver.json_object_or_empty(given json) returns json
language sql immutable parallel safe
return case when json_typeof(given) = 'object' then given else '{}'::json end;

-- One defect as silver.defects keeps it, while it travels with its row.
create function silver.defect(column_name text, raw_value text, reason text, item integer default 0)
returns jsonb
language sql stable parallel safe
return jsonb_build_object(
  'column_name', column_name, 'position', item,
  'raw_value', silver.redacted(raw_value), 'reason', reason);

-- The defect of a value that was given and that its reading could not read, else NULL.
create function silver.unreadable(column_name text, given text, reading anyelement, expected text)
returns jsonb
language sql stable parallel safe
as $$
  select case
    when reading is null and silver.is_given(given) then silver.defect(column_name, given, expected)
  end
$$;

-- The defects of a row: placeholders whose value no event has, and what could not be read. NULL for
-- none, which is the usual case and must cost little.
create function silver.defects_of(lost text[], variadic each_defect jsonb[]) returns jsonb
language plpgsql stable parallel safe as $$
begin
  if lost is null and num_nulls(variadic each_defect) = cardinality(each_defect) then return null; end if;
  return (
    select jsonb_agg(defect) from (
      select unnest(each_defect) as defect
      union all
      select silver.defect(column_name, null, 'a large unchanged value that no earlier event has')
      from unnest(lost) as column_name
    ) all_defects
    where defect is not null
  );
end
$$;

-- ISO 3166-1 alpha-2 of a country's code or name in Russian, Kazakh or English, in any letter case.
create function silver.read_country(given text) returns text
language plpgsql stable parallel safe as $$
begin
  if given is null then return null; end if;
  return (
    select country_code from silver.country_names
    where name = lower(regexp_replace(silver.trimmed(given), '\s+', ' ', 'g') collate "und-x-icu")
  );
end
$$;

-- The items of an export by country: those that can be read, with their position from 1, and the
-- defects of those that cannot. An item without country and sum was left empty on purpose.
create function silver.read_export_items(items json, out export_items jsonb, out defects jsonb[])
language plpgsql stable parallel safe as $$
declare
  item json;
  item_no integer := 0;
  country text;
  country_given boolean;
  sum_text text;
  amount numeric;
  code text;
begin
  for item in select element from json_array_elements(items) as element loop
    item_no := item_no + 1;
    if json_typeof(item) <> 'object' then
      defects := defects || silver.defect('income_international_current_quarter', item::text,
        'expected an object with a country and a sum', item_no);
      continue;
    end if;
    country := item ->> 'country';
    sum_text := item ->> 'current_sum';
    country_given := json_typeof(item -> 'country') = 'string' and country <> 'None'
      and silver.read_text(country) is not null;
    amount := silver.read_amount(sum_text, item, 'current_sum');
    if country_given and amount is not null then
      code := silver.read_country(country);
      export_items := coalesce(export_items, '[]') || jsonb_build_object(
        'item_no', item_no, 'country_code', code, 'country', country, 'export_income', amount);
      if code is null then
        defects := defects || silver.defect('country', country, 'no country of this name is known', item_no);
      end if;
    elsif coalesce(country, '') not in ('', 'None') or silver.is_given(sum_text) then
      defects := defects || silver.defect('income_international_current_quarter', item::text,
        'expected a country and a readable sum', item_no);
    end if;
  end loop;
end
$$;

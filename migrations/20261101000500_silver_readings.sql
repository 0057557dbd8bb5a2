-- How the values of the source are read. Each reading gives NULL both where nothing was given and
-- where the text cannot be read; silver.is_given tells the two apart, so that the second is recorded
-- as a defect. Most are single expressions, which the planner inlines into the queries that use them.
--
-- These run some hundred times for each report. Patterns are therefore plain (a bound such as {1,17}
-- costs five times a +), lengths are compared apart, and what is rare is left to functions of its own.
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

-- An amount in a form that is not plain digits: groups parted by a space (also U+00A0, U+202F,
-- U+2009), a decimal point or comma, very many digits, or a JSON number with an exponent.
create function silver.read_unusual_amount(given text, container json, field text)
returns numeric(20, 2)
language plpgsql immutable parallel safe as $$
declare
  amount numeric;
begin
  if given is null or length(given) > 1000 then
    return null;
  elsif given ~ E'^-?[0-9]+([ \u00a0\u202f\u2009][0-9]+)*([.,][0-9]+)?$' then
    amount := translate(given, E', \u00a0\u202f\u2009', '.')::numeric;
  elsif given ~ '^-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,3}$' and silver.is_json_number(container, field) then
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
  when length(given) < 18 and given ~ '^-?[0-9]+(\.[0-9]+)?$' then given::numeric(20, 2)
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
  when length(given) < 10 and given ~ '^[0-9]+$' then given::integer
  else silver.read_unusual_count(given, container, field)
end;

-- JSON may write a whole number as 2021.0 or 2.021e3. What Bronze, whose numbers are doubles, took for
-- one must be one here too, or its row would be lost.
create function silver.read_unusual_integer(given text)
returns integer
language plpgsql immutable parallel safe as $$
declare
  number numeric;
begin
  if length(given) > 10000 or given !~ '^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$' then return null; end if;
  if given ~ '[eE][+-]?0*[1-9][0-9]{4}' then
    return case when given ~ '[eE]-' then 0 end;
  end if;
  number := given::numeric;
  if abs(number) >= 1e10 then return null; end if;
  if abs(number) < 1e-300 then return 0; end if;
  number := number::double precision::numeric;
  return case
    when number = trunc(number) and number between -2147483648 and 2147483647 then number::integer
  end;
end
$$;

-- A whole number of the source's own columns (an id, a year).
create function silver.read_integer(given text)
returns integer
language sql immutable parallel safe
return case
  when given is null then null
  when length(given) < 10 and given ~ '^-?[0-9]+$' then given::integer
  else silver.read_unusual_integer(given)
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

create function silver.read_unusual_time(given text)
returns timestamptz
language plpgsql stable parallel safe as $$
begin
  if given !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)$' then
    return null;
  end if;
  if silver.read_date(left(given, 10)) is null then return null; end if;
  return given::timestamptz;
end
$$;

-- timestamptz as ISO-8601 in UTC, as Debezium writes it. A text of the right form but an impossible day
-- is unreadable, no error; the days 01 to 28 are possible in every month.
create function silver.read_time(given text)
returns timestamptz
language sql stable parallel safe
return case
  when given is null then null
  when given ~ '^[12][0-9][0-9][0-9]-[01][0-9]-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?Z$'
    and substr(given, 6, 2) between '01' and '12' and substr(given, 9, 2) between '01' and '28'
    and substr(given, 12, 2) < '24' and length(given) < 31
    then given::timestamptz
  else silver.read_unusual_time(given)
end;

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
  when silver.trimmed(given) in ('', '-', '—', '-1', 'нет', 'Нет', 'НЕТ') then null
  else silver.trimmed(given)
end;

-- A BIN: twelve digits, else NULL and the next source is asked.
create function silver.read_bin(given text) returns text
language sql immutable parallel safe
return case
  when length(given) = 12 and given ~ '^[0-9]+$' then given
  when silver.trimmed(given) ~ '^[0-9]{12}$' then silver.trimmed(given)
end;

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
  if coalesce(strpos(plain, '&'), 0) = 0 then return plain; end if;
  if strpos(plain, '&#') > 0 then
    for reference in
      select distinct parts from regexp_matches(plain, '(&#(x?)([0-9a-fA-F]{1,8});)', 'g') as parts
    loop
      code := case
        when reference[2] = 'x' then ('x' || lpad(reference[3], 8, '0'))::bit(32)::bigint
        when reference[3] ~ '^[0-9]+$' then reference[3]::bigint
      end;
      if code between 1 and 55295 or code between 57344 and 1114111 then
        -- A written-out & stays an entity for now, lest what follows it be read as one.
        plain := replace(plain, reference[1], case code when 38 then '&amp;' else chr(code::integer) end);
      end if;
    end loop;
  end if;
  plain := replace(replace(plain, '&lt;', '<'), '&gt;', '>');
  plain := replace(replace(plain, '&quot;', '"'), '&apos;', '''');
  return replace(plain, '&amp;', '&');
end
$$;

-- XML without its comments, and with the text of CDATA sections escaped like any other text.
create function silver.plain_xml(xml text) returns text
language plpgsql immutable parallel safe as $$
declare
  parts text[];
  piece text;
  closing text;  -- of the comment or CDATA section that is open, else NULL
  finish integer;
  taken text;
begin
  for piece in select * from string_to_table(xml, '<!') loop
    if parts is null then
      parts := array[piece]; -- before the first <!
      continue;
    end if;
    if closing is not null then
      piece := '<!' || piece;
    elsif starts_with(piece, '--') then
      closing := '-->';
      piece := substr(piece, 3);
    elsif starts_with(piece, '[CDATA[') then
      closing := ']]>';
      piece := substr(piece, 8);
    else
      parts := parts || ('<!' || piece);
      continue;
    end if;
    finish := strpos(piece, closing);
    if closing = ']]>' then
      taken := case when finish > 0 then left(piece, finish - 1) else piece end;
      parts := parts || replace(replace(replace(taken, '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
    end if;
    if finish > 0 then
      parts := parts || substr(piece, finish + 3);
      closing := null;
    end if;
  end loop;
  return array_to_string(parts, '');
end
$$;

-- The texts of <tin> and <name> that stand directly inside <company> of a signed form. The XML may be
-- malformed or cut short, so it is not parsed but searched; elements of their own inside <company>
-- (a director, say, whose <tin> is an IIN) are passed over, and so is all that comes after its end.
create type silver.signed_company as (tin text, name text);

-- The text between an element's tags, where both are there.
create function silver.element_text(block text, element text) returns text
language plpgsql immutable parallel safe as $$
declare
  start integer := strpos(block, '<' || element || '>');
  rest text;
  finish integer;
begin
  if start = 0 then return null; end if;
  rest := substr(block, start + length(element) + 2);
  finish := strpos(rest, '</' || element || '>');
  return case when finish > 0 then left(rest, finish - 1) end;
end
$$;

-- The same where elements of <company> hold others, have attributes, or do not end.
create function silver.read_nested_company(block text) returns silver.signed_company
language plpgsql immutable parallel safe as $$
declare
  company silver.signed_company;
  part text[];
  open_elements text[] := '{}';
  open_text text;  -- of the innermost open element, as long as it holds only text
begin
  for part in
    select parts from regexp_matches(
      block, '<(/?)([^\s<>/!?][^\s<>/]*)[^<>]*?(/?)>([^<]*)', 'g') as parts
  loop
    if part[1] = '/' then
      -- The end of what <company> itself stands in.
      exit when array_position(open_elements, part[2]) is null;
      while open_elements[cardinality(open_elements)] <> part[2] loop
        open_elements := trim_array(open_elements, 1);
        open_text := null;
      end loop;
      if cardinality(open_elements) = 1 and part[2] = 'tin' then
        company.tin := coalesce(company.tin, open_text);
      elsif cardinality(open_elements) = 1 and part[2] = 'name' then
        company.name := coalesce(company.name, open_text);
      end if;
      open_elements := trim_array(open_elements, 1);
      open_text := null;
    elsif part[3] = '' then
      open_elements := open_elements || part[2];
      open_text := part[4];
    else
      open_text := null; -- an empty element, which parts the text around it
    end if;
  end loop;
  return company;
end
$$;

create function silver.read_signed_company(signed_xml text) returns silver.signed_company
language plpgsql immutable parallel safe as $$
declare
  xml text := signed_xml;
  company silver.signed_company;
  start integer;
  block text;
  finish integer;
begin
  if coalesce(strpos(xml, '<company'), 0) = 0 then return null; end if;
  if strpos(xml, '<!') > 0 then xml := silver.plain_xml(xml); end if;
  start := strpos(xml, '<company') + length('<company>');
  if substr(xml, start - 1, 1) <> '>' then
    -- It has attributes, or begins another name.
    start := regexp_instr(xml, '<company(?:\s(?:[^<>"''/]|/(?!>)|"[^"<]*"|''[^''<]*'')*)?>', 1, 1, 1);
    if start = 0 then return null; end if;
  end if;
  block := substr(xml, start, 100000);
  finish := strpos(block, '</company');
  if finish > 0 and substr(block, finish + 9, 1) <> '>' then
    finish := regexp_instr(block, '</company\s*>');
  end if;
  if finish > 0 then block := left(block, finish - 1); end if;
  -- In the usual form opening and closing tags take turns: no element is inside another, none is astray.
  if finish > 0 and block !~ '<[^/?<>][^<>]*>[^<]*<[^/?]|</[^<>]*>[^<]*</|^[^<]*</' then
    company.tin := silver.element_text(block, 'tin');
    company.name := silver.element_text(block, 'name');
  end if;
  if company.tin is null and strpos(block, '<tin') > 0
      or company.name is null and strpos(block, '<name') > 0 then
    company := silver.read_nested_company(block);
  end if;
  company.tin := silver.unescape_xml(company.tin);
  company.name := silver.unescape_xml(company.name);
  return company;
end
$$;

-- What personal data a raw value may hold is left out of the defect that shows it: e-mail addresses,
-- what looks like an IIN, telephone numbers.
create function silver.redacted(raw text) returns text
language sql immutable parallel safe
return left(
  regexp_replace(
    regexp_replace(
      regexp_replace(left(raw, 1000), '[^\s@"]+@[^\s@"]+', '[e-mail]', 'g'),
      E'(?<![0-9])[0-9]{6}[ \u00a0-]?[0-9]{3}[ \u00a0-]?[0-9]{3}(?![0-9])', '[12 digits]', 'g'),
    E'\\+[0-9][0-9 \u00a0()-]{8,}[0-9]'
      '|(?<![0-9])[78][ \u00a0(-]*[0-9]{3}[ \u00a0)-]*[0-9]{3}[ \u00a0-]*[0-9]{2}[ \u00a0-]*[0-9]{2}(?![0-9])',
    '[phone]', 'g'),
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
-- none, which is the usual case and must cost little. (Loops, and no SELECT: where a refresh makes
-- parallel work free, the planner would start workers for the few defects of each row.)
create function silver.defects_of(lost text[], variadic each_defect jsonb[]) returns jsonb
language plpgsql stable parallel safe as $$
declare
  defects jsonb := '[]';
  defect jsonb;
  column_name text;
begin
  if lost is null and num_nulls(variadic each_defect) = cardinality(each_defect) then return null; end if;
  foreach defect in array each_defect loop
    if defect is not null then defects := defects || defect; end if;
  end loop;
  foreach column_name in array coalesce(lost, '{}') loop
    defects := defects
      || silver.defect(column_name, null, 'a large unchanged value that no earlier event has');
  end loop;
  return defects;
end
$$;

-- A country as silver.country_names lists it: lower case, single spaces, ё written as е. NULL where
-- none is given.
create function silver.country_key(given text) returns text
language sql immutable parallel safe
return translate(
  lower(regexp_replace(silver.read_text(given), E'[\\s\u00a0\u202f\u2009]+', ' ', 'g') collate "und-x-icu"),
  'ё’', 'е''');

create type silver.read_items as (export_items jsonb, defects jsonb[]);

-- The items of an export by country: those that can be read, with their position from 1, and the
-- defects of the others: these show country and sum alone, since what else stands beside them may be
-- personal. An item without country and sum was left empty on purpose. (A function, and no part of the
-- SELECT that uses it: a correlated subquery would keep it from running in parallel.)
create function silver.read_export_items(items json) returns silver.read_items
language plpgsql immutable parallel safe as $$
declare
  result silver.read_items;
begin
  if items is null or json_typeof(items) <> 'array' then return null; end if;
  select
    jsonb_agg(
      jsonb_build_object('item_no', item_no, 'country', country, 'export_income', export_income)
      order by item_no
    ) filter (where country_given and export_income is not null),
    array_agg(
      silver.defect(
        'income_international_current_quarter',
        case when json_typeof(item) = 'object'
          then json_build_object('country', item -> 'country', 'current_sum', item -> 'current_sum')::text
          else item::text
        end,
        'expected a country and a readable sum', item_no
      )
      order by item_no
    ) filter (
      where not (country_given and export_income is not null)
        and (sum_given or json_typeof(item) <> 'object' or coalesce(country, '') not in ('', 'None'))
    )
  into result
  from (
    select item, position::integer as item_no, item ->> 'country' as country,
      json_typeof(item -> 'country') = 'string' and item ->> 'country' <> 'None'
        and silver.read_text(item ->> 'country') is not null as country_given,
      silver.is_given(item ->> 'current_sum') as sum_given,
      silver.read_amount(item ->> 'current_sum', item, 'current_sum') as export_income
    from json_array_elements(items) with ordinality as element (item, position)
  ) each_item;
  return result;
end
$$;

-- The texts of an array; what is no text says nothing.
create function silver.read_texts(texts json) returns text[]
language plpgsql immutable parallel safe as $$
begin
  if texts is null or json_typeof(texts) <> 'array' then return null; end if;
  return array(
    select silver.read_text(silver.scalar(element)) from json_array_elements(texts) as element
    where silver.read_text(silver.scalar(element)) is not null
  );
end
$$;

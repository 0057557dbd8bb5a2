-- People write into names, reasons and countries what belongs elsewhere: an IIN, an e-mail address, a
-- telephone number, a BIN. It stays in Bronze.

-- What personal data a text may hold, left out: e-mail addresses, what looks like an IIN or a BIN,
-- telephone numbers. Nearly no text has any, and finding that out must cost little.
create function silver.without_personal_data(given text) returns text
language sql immutable parallel safe
return case
  when given ~ E'@|([0-9][ \u00a0()+-]*){10}' then
    regexp_replace(
      regexp_replace(
        regexp_replace(given, '[^\s@"]+@[^\s@"]+', '[e-mail]', 'g'),
        E'(?<![0-9])[0-9]{6}[ \u00a0-]?[0-9]{3}[ \u00a0-]?[0-9]{3}(?![0-9])', '[12 digits]', 'g'),
      E'\\+[0-9][0-9 \u00a0()-]{8,}[0-9]'
        '|(?<![0-9])[78][ \u00a0(-]*[0-9]{3}[ \u00a0)-]*[0-9]{3}[ \u00a0-]*[0-9]{2}[ \u00a0-]*[0-9]{2}(?![0-9])',
      '[phone]', 'g')
  else given
end;

create or replace function silver.redacted(raw text) returns text
language sql immutable parallel safe
return left(silver.without_personal_data(left(raw, 1000)), 200);

-- A text that people wrote in their own words, or NULL where it says nothing.
create function silver.read_words(given text) returns text
language sql immutable parallel safe
return silver.without_personal_data(silver.read_text(given));

create or replace function silver.read_texts(texts json) returns text[]
language plpgsql immutable parallel safe as $$
begin
  if texts is null or json_typeof(texts) <> 'array' then return null; end if;
  return array(
    select silver.read_words(silver.scalar(element)) from json_array_elements(texts) as element
    where silver.read_text(silver.scalar(element)) is not null
  );
end
$$;

-- As before, but what people wrote beside a country stays out.
create or replace function silver.read_export_items(items json) returns silver.read_items
language plpgsql immutable parallel safe as $$
declare
  result silver.read_items;
begin
  if items is null or json_typeof(items) <> 'array' then return null; end if;
  select
    jsonb_agg(
      jsonb_build_object('item_no', item_no, 'country', silver.without_personal_data(country), 'export_income', export_income)
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

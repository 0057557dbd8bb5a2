-- The code beside the investor's country, and defects of what is left out of forms' parts.

alter table silver.service_report_v2
  add column investor_country_code text;

alter table gold.general_indicators
  add column country_code text;

-- The defects of an array's elements that are no texts, with their position from 1. What they hold may be
-- personal and is not shown. Nearly no array has one, and finding that out must cost little. NULL for none.
create function silver.element_defects(column_name text, texts json) returns jsonb[]
language plpgsql immutable parallel safe as $$
begin
  if texts is null or json_typeof(texts) <> 'array' then return null; end if;
  if texts::text !~ '[{]|[[].*[[]|true|false' then return null; end if;
  return (
    select array_agg(silver.defect(column_name, null, 'expected a text', item::integer) order by item)
    from json_array_elements(texts) with ordinality as each_element (element, item)
    where json_typeof(element) in ('object', 'array', 'boolean')
  );
end
$$;

-- Which defects are placeholders without a value: what the source's log left out, and no event has.
-- Rows from before are made anew by the next refresh, since this file is part of their definition.

alter table silver.defects
  add column lost boolean not null default false;

-- As before, but a lost value says that it is lost.
create or replace function silver.defects_of(lost text[], variadic each_defect jsonb[]) returns jsonb
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
    defects := defects || (
      silver.defect(column_name, null, 'a large unchanged value that no earlier event has')
      || jsonb_build_object('lost', true)
    );
  end loop;
  return defects;
end
$$;

-- One row a hall that exists.
-- reads: bronze.example.halls
-- key: hall_code
-- served: no
select
  newest.key_id as hall_code,
  silver.read_words(silver.whole(source.name, newest.carried, 'name')) as name,
  silver.defects_of(newest.lost, variadic array[]::jsonb[]) as defects
from :newest newest
join :events event using (event_no)
cross join lateral json_to_record(event.payload::json #> event.row_path) as source (name text)

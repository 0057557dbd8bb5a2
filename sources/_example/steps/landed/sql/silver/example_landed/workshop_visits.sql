-- One row a visit of a workshop.
-- reads: bronze.example_landed.visits
-- key: visit_id
-- served: no
select
  newest.key_id as visit_id,
  source.workshop_id::uuid as workshop_id,
  silver.read_integer(source.minutes) as minutes,
  silver.defects_of(
    newest.lost,
    silver.unreadable('minutes', source.minutes, silver.read_integer(source.minutes), 'expected a whole number')
  ) as defects
from :newest newest
join :events event using (event_no)
cross join lateral json_to_record(event.payload::json #> event.row_path) as source (workshop_id text, minutes text)

-- One row a workshop that exists.
-- reads: bronze.example.workshops
-- key: workshop_id
-- BINs: company_bin
-- served: no
with
events as (
  select newest.key_id, newest.carried, newest.lost, event.payload::json #> event.row_path as source_row
  from :newest newest
  join :events event using (event_no)
),

given as (
  select key_id, lost, source.held_at as given_held_at, source.hall as hall_code,
    silver.whole(source.title, carried, 'title') as title,
    source.company_bin as given_bin, silver.whole(source.form, carried, 'form')::json as form
  from events
  cross join lateral json_to_record(source_row) as source
    (title text, held_at text, hall text, company_bin text, form text)
),

read as (
  select given.*, silver.read_time(given_held_at) as held_at, silver.read_bin(given_bin) as company_bin,
    silver.read_count(form ->> 'seats', form, 'seats') as seats
  from given
)

select
  key_id as workshop_id,
  silver.read_words(title) as title,
  held_at,
  hall_code,
  company_bin,
  seats,
  silver.defects_of(
    lost,
    silver.unreadable('held_at', given_held_at, held_at, 'expected an ISO-8601 time'),
    silver.unreadable('company_bin', given_bin, company_bin, 'expected the twelve digits of a BIN'),
    silver.unreadable('seats', form ->> 'seats', seats, 'expected a whole number from 0')
  ) as defects
from read

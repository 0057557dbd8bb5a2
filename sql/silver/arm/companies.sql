-- One row a company that exists, as its newest event says.
-- reads: bronze.account_company
-- key: company_id
-- BINs: tin
with
events as (
  select newest.key_id, newest.carried, newest.lost, event.payload::json #> event.row_path as source_row
  from :newest newest
  join :events event using (event_no)
),

given as (
  select key_id, lost,
    silver.whole(source.name, carried, 'name') as name,
    silver.whole(source.short_name, carried, 'short_name') as short_name,
    silver.whole(source.tin, carried, 'tin') as tin
  from events
  cross join lateral json_to_record(source_row) as source (name text, short_name text, tin text)
)

select
  key_id as company_id,
  silver.read_words(name) as name,
  silver.read_words(short_name) as short_name,
  silver.read_bin(tin) as tin,
  silver.defects_of(
    lost,
    case when silver.is_unreadable(tin, silver.read_bin(tin))
      then silver.defect('tin', tin, 'a BIN is twelve digits') end
  ) as defects
from given

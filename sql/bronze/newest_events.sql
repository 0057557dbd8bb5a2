-- The newest event of each key that exists: what its row is read from. For the source
-- table whose events :bronze_table keeps; :keys narrows them to the keys in question.
--
-- Order within a key is the log's: its position (lsn), then the offset. An event without a position
-- takes the greatest position of the key's events at lower offsets of its partition.
with
positioned as (
  select event_no, key_id, op, topic, kafka_partition, kafka_offset, unavailable, lsn as position
  from :bronze_table event
  where op in ('c', 'u', 'r', 'd') and (topic like 'demo.%') = :demonstration and :keys
    and lsn is not null
),

-- Looked up one by one: few events have no position, and a window over all of them costs a sort.
unpositioned as (
  select event_no, key_id, op, topic, kafka_partition, kafka_offset, unavailable,
    coalesce(
      (
        select max(earlier.lsn) from :bronze_table earlier
        where earlier.key_id = event.key_id and earlier.op in ('c', 'u', 'r', 'd')
          and earlier.topic = event.topic and earlier.kafka_partition = event.kafka_partition
          and earlier.kafka_offset < event.kafka_offset
      ),
      -1
    ) as position
  from :bronze_table event
  where op in ('c', 'u', 'r', 'd') and (topic like 'demo.%') = :demonstration and :keys
    and lsn is null
),

events as (
  select * from positioned union all select * from unpositioned
),

-- A truncate without a position takes the greatest one at lower offsets of its partition.
truncates as (
  select topic, kafka_partition, kafka_offset,
    coalesce(
      lsn,
      (
        select max(earlier.lsn) from :bronze_table earlier
        where earlier.topic = truncate.topic and earlier.kafka_partition = truncate.kafka_partition
          and earlier.kafka_offset < truncate.kafka_offset
      ),
      -1
    ) as position
  from :bronze_table truncate
  where op = 't' and (topic like 'demo.%') = :demonstration
),

-- What a truncate removed is neither a row nor a value to carry forward.
kept as materialized (
  select * from events event
  where not exists (
    select from truncates truncate
    where truncate.position > event.position
      or truncate.position = event.position
        and truncate.topic = event.topic
        and truncate.kafka_partition = event.kafka_partition
        and truncate.kafka_offset > event.kafka_offset
  )
),

newest as (
  select distinct on (key_id) *
  from kept
  order by key_id, position desc, kafka_offset desc, kafka_partition desc, topic desc
),

-- Only after the choice: filtering deletes before it would bring deleted rows back.
living as (
  select * from newest where op <> 'd'
),

-- The texts that Silver reads: any may be so large that PostgreSQL leaves it out of its log.
texts as (
  select ':texts'::text[] as columns
),

wanted as (
  select living.*, column_name
  from living
  cross join texts
  cross join lateral unnest(unavailable) as column_name
  where column_name = any (texts.columns)
),

-- For each placeholder the newest older event that either has the value or ended the row's life.
donors as (
  select distinct on (wanted.key_id, column_name) wanted.key_id, column_name, older.event_no, older.op
  from wanted
  join kept older using (key_id)
  where (older.position, older.kafka_offset, older.kafka_partition, older.topic)
      < (wanted.position, wanted.kafka_offset, wanted.kafka_partition, wanted.topic)
    and (older.op = 'd' or not coalesce(column_name = any (older.unavailable), false))
  order by wanted.key_id, column_name,
    older.position desc, older.kafka_offset desc, older.kafka_partition desc, older.topic desc
),

carried as (
  select donors.key_id, json_object_agg(column_name, event.payload::json #> event.row_path -> column_name) as carried
  from donors
  join :bronze_table event using (event_no)
  where donors.op <> 'd'
  group by donors.key_id
),

lost as (
  select wanted.key_id, array_agg(column_name order by column_name) as lost
  from wanted
  left join donors using (key_id, column_name)
  where donors.op is null or donors.op = 'd'
  group by wanted.key_id
)

select living.key_id, living.event_no, carried.carried, lost.lost
from living
left join carried using (key_id)
left join lost using (key_id)

-- The events of :table whose content no row will ever be read from again, whatever comes later: among
-- :later_keys (than $1), up to $2 of them, all of whose events are applied and from before $3.
--
-- What stays of a key, of real and of demonstration events each: its newest event; for each placeholder
-- in that one the newest older event with the value, in the same life; whatever shares the log position
-- of these, of which a truncate may remove one and leave the other; and all events without a position of
-- their own: a later load may move them up. All else is older than one of these for good: positions do
-- not change, and a truncate removes from the oldest on. A delete has no content to read from at all.
with
keys as (
  select distinct key_id from :bronze_table where :later_keys order by key_id limit $2
),

settled as (
  select key_id
  from :bronze_table event
  join keys using (key_id)
  group by key_id
  having max(event_no) <= (select event_no from refresh.applied where table_name = ':table')
    and count(*) = count(*) filter (where coalesce(recorded_at, source_ts) < $3::timestamptz)
),

events as (
  select event.key_id, event_no, op, lsn, unavailable, topic, kafka_partition, kafka_offset,
    topic like 'demo.%' as demonstration
  from :bronze_table event
  join settled using (key_id)
  where op in ('c', 'u', 'r', 'd')
),

newest as (
  select distinct on (key_id, demonstration) *
  from events
  where lsn is not null
  order by key_id, demonstration, lsn desc, kafka_offset desc, kafka_partition desc, topic desc
),

donors as (
  select distinct on (newest.key_id, demonstration, column_name)
    newest.key_id, demonstration, older.lsn
  from newest
  cross join lateral unnest(newest.unavailable) as column_name
  join events older using (key_id, demonstration)
  where (older.lsn, older.kafka_offset, older.kafka_partition, older.topic)
      < (newest.lsn, newest.kafka_offset, newest.kafka_partition, newest.topic)
    and (older.op = 'd' or not coalesce(column_name = any (older.unavailable), false))
  order by newest.key_id, demonstration, column_name,
    older.lsn desc, older.kafka_offset desc, older.kafka_partition desc, older.topic desc
),

needed as (
  select key_id, demonstration, lsn from newest
  union select key_id, demonstration, lsn from donors
),

foldable as (
  select event_no, pg_column_size(event.payload) + coalesce(pg_column_size(event.record_key), 0) as bytes
  from events
  join :bronze_table event using (event_no)
  where event.payload is not null
    and (
      events.op = 'd'
      or events.lsn is not null and not exists (
        select from needed
        where needed.key_id = events.key_id and needed.demonstration = events.demonstration
          and needed.lsn = events.lsn
      )
    )
)

select (select key_id from keys order by key_id desc limit 1) as last_key, event_no, bytes
from (values (1)) as always (one)
left join foldable on true

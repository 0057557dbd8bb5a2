-- What somebody judged to be junk: the record stays as it came, with who said so and why, and waits no more.
alter table bronze.quarantine
  add column discarded_at timestamptz,
  add column discarded_by text,
  add column discarded_why text,
  add constraint quarantine_discarded_on_record
    check (num_nulls(discarded_at, discarded_by, discarded_why) in (0, 3));

drop index bronze.quarantine_waiting;
create index quarantine_waiting on bronze.quarantine (quarantine_id)
  where replayed_at is null and discarded_at is null;

create or replace view refresh.quarantined_records with (security_barrier = true) as
select quarantine_id, topic, kafka_partition, kafka_offset, reason_code, reason, record_bytes, quarantined_at
from bronze.quarantine where replayed_at is null and discarded_at is null;

create or replace view refresh.quarantined with (security_barrier = true) as
select reason_code, count(*) as waiting
from bronze.quarantine where replayed_at is null and discarded_at is null group by reason_code;

-- What was discarded and could not be read since, without what it holds.
create view refresh.discarded_records with (security_barrier = true) as
select quarantine_id, topic, kafka_partition, kafka_offset, reason_code, reason, record_bytes, quarantined_at,
  discarded_at, discarded_by, discarded_why
from bronze.quarantine where replayed_at is null and discarded_at is not null;

-- Where each record that waits stood and why it could not be read, for an account that may not read
-- Bronze: without what it holds, which may be of a person.
create view refresh.quarantined_records with (security_barrier = true) as
select quarantine_id, topic, kafka_partition, kafka_offset, reason_code, reason, record_bytes, quarantined_at
from bronze.quarantine where replayed_at is null;

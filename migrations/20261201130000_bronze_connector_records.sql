-- Which records of the connector's own were passed over, so that they are counted once, however often their dump is
-- loaded. They come without gaps for the most part: ranges of offsets hold years of heartbeats in a few bytes. A row
-- holds those of one block of offsets, lest a topic full of gaps make one that is ever larger.
create table bronze.connector_records (
  kind text not null,
  topic text not null,
  kafka_partition integer not null,
  block bigint not null, -- kafka_offset / 65,536
  kafka_offsets int8multirange not null,
  primary key (topic, kafka_partition, block, kind)
);

-- How many of each kind, for an account that may not read Bronze.
create view refresh.connector_records with (security_barrier = true) as
select kind, sum(upper(each_range) - lower(each_range))::bigint as records
from bronze.connector_records, unnest(kafka_offsets) each_range
group by kind;

-- Keys of other systems are not all numbers.
alter table silver.defects alter column key_id type text using key_id::text;

select bronze.add_source_table('example.halls', 'example_halls_cdc', 'text');

create table silver.halls (
  hall_code text primary key,
  name text
);

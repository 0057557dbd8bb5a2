select bronze.add_source_table('example_landed.visits', 'example_landed_visits_cdc', 'text');

create table silver.workshop_visits (
  visit_id text primary key,
  workshop_id uuid,
  minutes integer
);
create index workshop_visits_workshop on silver.workshop_visits (workshop_id);

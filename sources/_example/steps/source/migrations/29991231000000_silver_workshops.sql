select bronze.add_source_table('example.workshops', 'example_workshops_cdc', 'uuid');

create table silver.workshops (
  workshop_id uuid primary key,
  title text,
  held_at timestamptz,
  hall_code text,
  company_bin text,
  seats integer
);

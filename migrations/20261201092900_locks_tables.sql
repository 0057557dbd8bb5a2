-- What may happen once at a time: whoever does it has the table of that name locked, in a transaction. Tables and
-- not advisory locks, which any account may take by their numbers: to lock one of these takes a right to it.
create schema if not exists locks;
create table if not exists locks.migration ();  -- made before all migrations, see src/database/migrate.ts
create table locks.refresh ();
create table locks.demonstration ();
create table locks.masked_views ();
create table locks.compaction ();

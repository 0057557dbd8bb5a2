-- What each database role may. `techorda roles` runs this, and every migration again afterwards; an
-- administrator can: psql -v api=techorda_api -v worker=techorda_worker -v analyst=techorda_analyst -f sql/roles.sql

-- The API reads Silver and Gold, and nothing of Bronze.
grant usage on schema silver, gold, refresh, access to :"api";
grant select on all tables in schema silver, gold, refresh, access to :"api";
grant select on public.techorda_migrations to :"api";
grant execute on function refresh.ask_for(json, text), refresh.is_queued(bigint) to :"api";
-- It writes what each minute costs, how many BINs each hour shows and when keys were used, adds to the
-- ledger, and writes nothing else.
grant insert, update, delete on access.spending, access.clear_bin_counts to :"api";
grant insert, update on access.key_uses to :"api";
grant insert on access.ledger to :"api";
-- Keys it makes and ends by these alone, which hold it to what the key that asks has itself.
grant execute on function
  access.create_key(bytea, text, text[], text[], jsonb, boolean, timestamptz, text, text, text, text),
  access.revoke_key(bigint, text, text, text, text)
to :"api";

-- The worker writes, from Bronze to Gold, and runs the queue. Keys and rights are not its concern.
grant usage on schema bronze, silver, gold, refresh, graphile_worker to :"worker";
-- A full refresh keeps the newest events in a table of its own while it runs, which temporary ones cannot be.
grant create on schema refresh to :"worker";
grant select, insert, update, delete, truncate on all tables in schema bronze, silver, gold, refresh to :"worker";
grant select, insert, update, delete on all tables in schema graphile_worker to :"worker";
grant usage on all sequences in schema bronze, silver, gold, refresh, graphile_worker to :"worker";
grant execute on all functions in schema graphile_worker to :"worker";
grant execute on function refresh.ask_for(json, text), refresh.is_queued(bigint) to :"worker";
grant select on public.techorda_migrations to :"worker";
-- The turns of what happens once at a time are the worker's alone to take: who locks one of these holds it up.
grant usage on schema locks to :"worker";
grant update on locks.refresh, locks.demonstration, locks.compaction to :"worker";

-- The analyst sees the masked views, and nothing below them.
grant usage on schema gold_masked to :"analyst";
grant select on all tables in schema gold_masked to :"analyst";

-- What a process may see and do of rooms that it may not enter otherwise: each is run with the rights of
-- its owner, and does one thing.

-- How many events have arrived: with the next, all that the API tells of Bronze.
create view refresh.arrived with (security_barrier = true) as
select table_name, events, real_events from bronze.progress;

-- How many records wait in quarantine, by the reason, without any record.
create view refresh.quarantined with (security_barrier = true) as
select reason_code, count(*) as waiting from bronze.quarantine where replayed_at is null group by reason_code;

-- Puts a refresh in the queue and returns its job's id. Requests of the same key that wait together
-- become one.
create function refresh.ask_for(payload json, key text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (graphile_worker.add_job('refresh', payload, job_key => key, max_attempts => 5)).id;
end
$$;

-- Whether the job waits, or is under way.
create function refresh.is_queued(job bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from graphile_worker.jobs where id = job);
end
$$;

revoke execute on function refresh.ask_for(json, text), refresh.is_queued(bigint) from public;

-- How a run goes, told step by step while it goes: written outside of the run's own transaction, whose
-- words nobody could read before it commits.
alter table refresh.runs
  add column job_id bigint,    -- of the queue, where the run was asked for by it
  add column progress jsonb;   -- {step, table, done, total, at}: the step that began last

-- The run's progress as it is told; who asks in the meantime reads the same.
create function refresh.progress_message(run refresh.runs) returns json
language sql stable as $$
  select json_build_object(
    'runId', run.run_id::text,
    'queuedAs', 'queued:' || run.job_id,
    'status', run.status,
    'step', run.progress ->> 'step',
    'table', run.progress ->> 'table',
    'done', coalesce((run.progress ->> case when run.status in ('PUBLISHED', 'UNCHANGED')
      then 'total' else 'done' end)::integer, 0),
    'total', coalesce((run.progress ->> 'total')::integer, 0),
    'dataVersionId', run.data_version_id::text,
    'at', to_char(
      coalesce(run.finished_at, (run.progress ->> 'at')::timestamptz, run.started_at) at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    )
  )
$$;

create function refresh.tell_progress() returns trigger
language plpgsql as $$
begin
  perform pg_notify('techorda_refresh_progress', refresh.progress_message(new)::text);
  return null;
end
$$;

create trigger tell_progress
after insert or update on refresh.runs
for each row execute function refresh.tell_progress();

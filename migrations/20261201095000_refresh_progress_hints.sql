-- What goes over the channel is a hint to look at refresh.runs. The braces are for API processes of earlier
-- releases, which read it as JSON.
create or replace function refresh.tell_progress() returns trigger
language plpgsql as $$
begin
  perform pg_notify('techorda_refresh_progress', '{}');
  return null;
end
$$;

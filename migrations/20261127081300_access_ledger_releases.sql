-- Whoever releases a held run, and by whichever way: the ledger has it exactly if it happened.
create function access.record_release() returns trigger
language plpgsql security definer set search_path = access, pg_temp as $$
begin
  insert into access.ledger (kind, caller, subject)
  values ('GATE_RELEASED', new.released_by,
    'run ' || new.run_id || ', ' || new.gate || ' of ' || new.table_name);
  return null;
end
$$;

create trigger record_release
after insert on refresh.releases
for each row execute function access.record_release();

-- Whoever remembers keys hears of every change in the moment in which it commits, whichever process,
-- or person at a prompt, makes it.

create function access.tell_key_change() returns trigger
language plpgsql as $$
begin
  perform pg_notify('techorda_key_changes', '');
  return null;
end
$$;

create trigger tell_key_change
after insert or update or delete or truncate on access.api_keys
for each statement execute function access.tell_key_change();

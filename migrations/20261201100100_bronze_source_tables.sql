-- Makes the table that keeps the events of a source table, with what belongs to it. `id` is the table's name
-- among those of all systems; `key_type` is integer, bigint, text or uuid, and text for a key of several columns.
create function bronze.add_source_table(id text, events_table text, key_type regtype) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create table bronze.%I (like bronze.service_report_cdc including all)', events_table);
  execute format('alter table bronze.%I alter column key_id type %s using null', events_table, key_type);
  insert into bronze.progress (table_name) values (id);
  insert into refresh.applied (table_name) values (id);
end
$$;
revoke execute on function bronze.add_source_table(text, text, regtype) from public;

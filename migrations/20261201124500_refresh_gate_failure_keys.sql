-- Rows that fail a gate, by whatever keys their tables have. `unit` is the row's unit of refresh, as a text.
alter table refresh.gate_failures add column unit text;
alter table refresh.gate_failures add column row_key jsonb;
update refresh.gate_failures set unit = service_request_id::text,
  row_key = jsonb_build_object('service_request_id', service_request_id, 'report_id', report_id);
alter table refresh.gate_failures
  alter column unit set not null,
  alter column row_key set not null,
  drop column service_request_id,
  drop column report_id;
create index gate_failures_unit on refresh.gate_failures (table_name, unit);

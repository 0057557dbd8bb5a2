-- Demonstration data step aside once there is anything real; then their times are nobody's freshness.
alter table bronze.progress
  add column newest_real_source_ts timestamptz; -- among the real events alone

update bronze.progress set newest_real_source_ts = (
  select max(source_ts) from bronze.service_report_cdc where topic not like 'demo.%'
) where table_name = 'service_report' and real_events > 0;
update bronze.progress set newest_real_source_ts = (
  select max(source_ts) from bronze.service_servicerequest_cdc where topic not like 'demo.%'
) where table_name = 'service_servicerequest' and real_events > 0;
update bronze.progress set newest_real_source_ts = (
  select max(source_ts) from bronze.account_company_cdc where topic not like 'demo.%'
) where table_name = 'account_company' and real_events > 0;

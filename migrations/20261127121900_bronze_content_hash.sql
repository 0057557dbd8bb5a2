-- A folded event keeps its coordinate and all that the order of its key's events is told by. Of its
-- content this is left, by which the same record is known again and another one at its coordinate is not.
alter table bronze.service_report_cdc add column content_hash uuid;
alter table bronze.service_servicerequest_cdc add column content_hash uuid;
alter table bronze.account_company_cdc add column content_hash uuid;

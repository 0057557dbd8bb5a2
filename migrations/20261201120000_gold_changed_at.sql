-- When the refresh last changed each row of a mart. A statement of a refresh begins while no other refresh
-- runs, so whoever has read up to a moment finds everything that changed since by a later one.
alter table gold.general_indicators add column changed_at timestamptz not null default statement_timestamp();
alter table gold.financing add column changed_at timestamptz not null default statement_timestamp();
alter table gold.tax_benefits add column changed_at timestamptz not null default statement_timestamp();
alter table gold.employees add column changed_at timestamptz not null default statement_timestamp();
alter table gold.exports add column changed_at timestamptz not null default statement_timestamp();
alter table gold.export_by_country add column changed_at timestamptz not null default statement_timestamp();

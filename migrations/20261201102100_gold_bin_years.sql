-- In which years a BIN reports: what MASK_BIN_POLICY=company asks of each row of an earlier year.
create index general_indicators_bin on gold.general_indicators (bin, year);

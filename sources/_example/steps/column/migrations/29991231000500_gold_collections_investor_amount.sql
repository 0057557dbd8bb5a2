alter table gold.collections add column investor_amount numeric(20, 2);

-- A customer's events among all that is recorded of it, found whatever is known of the table's sizes.
CREATE INDEX "records_history_idx" ON "records"("customer_ref", "seq") WHERE "kind" = 'events';

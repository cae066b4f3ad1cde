-- Which record says last what became of a customer, by the caller's id of the outcome; what it says is the record's
-- personal part.
CREATE TABLE "outcomes" (
  "outcome_id" TEXT NOT NULL,
  "customer_ref" TEXT NOT NULL,
  "seq" BIGINT NOT NULL,
  CONSTRAINT "outcomes_pkey" PRIMARY KEY ("outcome_id")
);
CREATE INDEX "outcomes_customer_ref_idx" ON "outcomes"("customer_ref");

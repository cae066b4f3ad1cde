-- What versions in shadow made of the requests that others decided: derived from what the decision keeps and the version,
-- so on no chain.
CREATE TABLE "challenger_scores" (
  "decision_id" TEXT NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "customer_ref" TEXT NOT NULL,
  "micro_logits" BIGINT NOT NULL,
  "tier" TEXT NOT NULL,
  "further_values" TEXT,
  "scored_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "challenger_scores_pkey" PRIMARY KEY ("decision_id", "fingerprint")
);
CREATE INDEX "challenger_scores_customer_ref_idx" ON "challenger_scores"("customer_ref");

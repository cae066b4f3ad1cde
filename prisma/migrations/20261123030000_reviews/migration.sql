-- Post-loan reviews: which records open and conclude each. What they say is in these records and their personal parts.
CREATE TABLE "reviews" (
  "review_id" TEXT COLLATE "C" NOT NULL,
  "customer_ref" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "facility_id" TEXT NOT NULL,
  "due_on" DATE NOT NULL,
  "conclude_by" DATE NOT NULL,
  "opened_seq" BIGINT NOT NULL,
  "concluded_seq" BIGINT,
  "concluded_on" DATE,
  CONSTRAINT "reviews_pkey" PRIMARY KEY ("review_id")
);
-- One due date opens one review, and one of a kind is open at a time.
CREATE UNIQUE INDEX "reviews_customer_ref_kind_facility_id_due_on_key" ON "reviews"("customer_ref", "kind", "facility_id", "due_on");
CREATE UNIQUE INDEX "reviews_open_key" ON "reviews"("customer_ref", "kind", "facility_id") WHERE "concluded_seq" IS NULL;
CREATE INDEX "reviews_due_on_review_id_idx" ON "reviews"("due_on", "review_id");
CREATE INDEX "reviews_open_conclude_by_idx" ON "reviews"("conclude_by") WHERE "concluded_seq" IS NULL;
-- Facilities are looked for in the whole book.
CREATE INDEX "events_facility_idx" ON "events"("customer_ref") WHERE "type" = 'facility';
-- What a reviewer raised a customer to, as JSON; a customer may have that before it has a model tier.
ALTER TABLE "customer_state" ADD COLUMN "override" TEXT;
ALTER TABLE "customer_state" ALTER COLUMN "model_tier" DROP NOT NULL;
ALTER TABLE "customer_state" ALTER COLUMN "since" DROP NOT NULL;

-- Events of the registry are few among many decisions, which this index does not touch.
CREATE INDEX "records_events_idx" ON "records"("kind", "seq") WHERE "kind" <> 'decision';

CREATE TABLE "idempotency_keys" (
  "key" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "decision_ids" TEXT[],
  "options" TEXT NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "idempotency_keys_expires_at_idx" ON "idempotency_keys"("expires_at");

CREATE TABLE "checkpoints" (
  "seq" BIGINT NOT NULL,
  "from_seq" BIGINT NOT NULL,
  "head" BYTEA NOT NULL,
  "root" BYTEA NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "public_key" BYTEA NOT NULL,
  "signature" BYTEA NOT NULL,
  CONSTRAINT "checkpoints_pkey" PRIMARY KEY ("seq")
);

-- One statement writes a record with its sections, and nothing deletes records: a check of each section's record would
-- only cost. Verifying finds sections without their record.
ALTER TABLE "personal_parts" DROP CONSTRAINT "personal_parts_seq_fkey";

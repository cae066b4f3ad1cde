-- The currency of a customer's amounts: that of the first one.
ALTER TABLE "customers" ADD COLUMN "currency" TEXT;

-- Where each event is kept, by the caller's id of it; what it says is in its record's personal part. Ids are ordered by
-- their code points, as the events of a history are.
CREATE TABLE "events" (
  "event_id" TEXT COLLATE "C" NOT NULL,
  "customer_ref" TEXT,
  "seq" BIGINT NOT NULL,
  "position" INTEGER NOT NULL,
  "type" TEXT NOT NULL,
  "occurred_at" TIMESTAMPTZ(3) NOT NULL,
  "known_at" TIMESTAMPTZ(3) NOT NULL,
  "supersedes" TEXT COLLATE "C",
  "digest" BYTEA NOT NULL,
  CONSTRAINT "events_pkey" PRIMARY KEY ("event_id")
);
CREATE INDEX "events_customer_ref_occurred_at_event_id_idx" ON "events"("customer_ref", "occurred_at", "event_id");
CREATE UNIQUE INDEX "events_supersedes_key" ON "events"("supersedes") WHERE "supersedes" IS NOT NULL;

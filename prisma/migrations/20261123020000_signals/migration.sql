-- Where each early-warning signal stands; what happened to it is on the chain. A customer has at most one open signal of a kind.
CREATE TABLE "signals" (
  "signal_id" TEXT NOT NULL,
  "seq" BIGINT NOT NULL,
  "customer_ref" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "level" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "raised_at" TIMESTAMPTZ(3) NOT NULL,
  "due_at" TIMESTAMPTZ(3) NOT NULL,
  "snoozed_until" TIMESTAMPTZ(3),
  CONSTRAINT "signals_pkey" PRIMARY KEY ("signal_id")
);
CREATE UNIQUE INDEX "signals_seq_key" ON "signals"("seq");
CREATE INDEX "signals_customer_ref_idx" ON "signals"("customer_ref");
CREATE UNIQUE INDEX "signals_open_key" ON "signals"("customer_ref", "kind") WHERE "state" <> 'cleared';

-- What decisions see of a customer's signals, which kinds could be looked for, and when they were last.
CREATE TABLE "signal_states" (
  "customer_ref" TEXT NOT NULL,
  "seen" TEXT NOT NULL,
  "observed" TEXT NOT NULL,
  "watched_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "signal_states_pkey" PRIMARY KEY ("customer_ref")
);

-- What happened to a customer's signals lies among many records of events.
CREATE INDEX "records_signals_idx" ON "records"("customer_ref", "seq") WHERE "kind" = 'signal';

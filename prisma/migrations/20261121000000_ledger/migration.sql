CREATE TABLE "records" (
  "seq" BIGINT NOT NULL,
  "kind" TEXT NOT NULL,
  "schema" INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  "entry" BYTEA NOT NULL,
  "hash" BYTEA NOT NULL,
  "decision_id" TEXT,
  "customer_ref" TEXT,
  CONSTRAINT "records_pkey" PRIMARY KEY ("seq")
);
CREATE UNIQUE INDEX "records_decision_id_key" ON "records"("decision_id");
CREATE INDEX "records_customer_ref_seq_idx" ON "records"("customer_ref", "seq");

CREATE TABLE "personal_parts" (
  "seq" BIGINT NOT NULL,
  "section" TEXT NOT NULL,
  "salt" BYTEA,
  "content" TEXT,
  CONSTRAINT "personal_parts_pkey" PRIMARY KEY ("seq", "section"),
  CONSTRAINT "personal_parts_seq_fkey" FOREIGN KEY ("seq") REFERENCES "records"("seq") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "customers" (
  "customer_ref" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  CONSTRAINT "customers_pkey" PRIMARY KEY ("customer_ref")
);
CREATE UNIQUE INDEX "customers_customer_id_key" ON "customers"("customer_id");

CREATE TABLE "customer_state" (
  "customer_ref" TEXT NOT NULL,
  "model_tier" TEXT NOT NULL,
  "since" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "customer_state_pkey" PRIMARY KEY ("customer_ref")
);

CREATE TABLE "artifacts" (
  "fingerprint" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "version" TEXT NOT NULL,
  "content" TEXT NOT NULL,
  "added_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "artifacts_pkey" PRIMARY KEY ("fingerprint")
);
CREATE UNIQUE INDEX "artifacts_kind_name_version_key" ON "artifacts"("kind", "name", "version");

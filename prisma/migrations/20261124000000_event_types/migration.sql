-- Types of events the book has received of anybody: where none of a type ever came, silence about a customer says nothing.
CREATE TABLE "event_types" (
  "type" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "event_types_pkey" PRIMARY KEY ("type")
);
INSERT INTO "event_types" ("type") SELECT DISTINCT "type" FROM "events";

-- Since when the book has known each type of event, of anybody and of real customers: what is told of simulated ones alone says nothing of others.
ALTER TABLE "event_types" ADD COLUMN "known_at" TIMESTAMPTZ(3), ADD COLUMN "real_known_at" TIMESTAMPTZ(3);
UPDATE "event_types" SET "known_at" = told."known_at", "real_known_at" = told."real_known_at" FROM (
  SELECT e."type", min(e."known_at") AS "known_at",
    min(e."known_at") FILTER (WHERE (r."text"::json ->> 'simulated') IS DISTINCT FROM 'true') AS "real_known_at"
  FROM (SELECT "seq", "type", min("known_at") AS "known_at" FROM "events" GROUP BY "seq", "type") e
  JOIN "records" r ON r."seq" = e."seq" GROUP BY e."type"
) told WHERE told."type" = "event_types"."type";
DELETE FROM "event_types" WHERE "known_at" IS NULL;
ALTER TABLE "event_types" ALTER COLUMN "known_at" SET NOT NULL;

-- What an event of ours is compared with before it is removed, when to read its change key once more, and what has become of
-- an event that is therefore left alone. A table of its own: nothing of what is there changes, and events written before have
-- no row and are removed without the comparison.
CREATE TABLE "event_version" (
  "booking_id" UUID NOT NULL,
  "change_key" TEXT,
  "look_at" TIMESTAMPTZ(3),
  "change" TEXT,
  CONSTRAINT "event_version_pkey" PRIMARY KEY ("booking_id"),
  CONSTRAINT "event_version_change" CHECK ("change" IN ('series', 'moved', 'edited'))
);
ALTER TABLE "event_version" ADD CONSTRAINT "event_version_booking_id_fkey"
  FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Events whose change key is to be read once more: those of the last minutes, whatever the history.
CREATE INDEX "event_version_look_at_idx" ON "event_version" ("look_at") WHERE "look_at" IS NOT NULL;

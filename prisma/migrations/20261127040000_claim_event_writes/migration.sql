-- Who last began to write a booking's event, and when, by the database's clock. A row goes once that write has certainly
-- ended. A table of its own: nothing of what is there changes.
CREATE TABLE "event_claim" (
  "booking_id" UUID NOT NULL,
  "claimed_at" TIMESTAMPTZ(3) NOT NULL,
  "claimed_by" UUID NOT NULL,
  CONSTRAINT "event_claim_pkey" PRIMARY KEY ("booking_id")
);
ALTER TABLE "event_claim" ADD CONSTRAINT "event_claim_booking_id_fkey"
  FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

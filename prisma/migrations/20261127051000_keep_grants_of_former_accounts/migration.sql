-- What is left in accounts that a practice has given up. Tables of their own: nothing of what is there changes.

-- Given up, but its tokens are not shredded yet (DISCONNECTED means shredded): see "kept_grant".
ALTER TYPE "ConnectionStatus" ADD VALUE 'ENDING';

-- The grant of an ENDING connection is kept until then at the latest, while events are to be removed with it. Then it is revoked,
-- and shredded: "revocation_began_at" says since when, so that another process takes over from one that ended meanwhile.
CREATE TABLE "kept_grant" (
  "connection_id" UUID NOT NULL,
  "kept_until" TIMESTAMPTZ(3) NOT NULL,
  "revocation_began_at" TIMESTAMPTZ(3),
  CONSTRAINT "kept_grant_pkey" PRIMARY KEY ("connection_id")
);
ALTER TABLE "kept_grant" ADD CONSTRAINT "kept_grant_connection_id_fkey"
  FOREIGN KEY ("connection_id") REFERENCES "calendar_connection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Under which key a booking's event is written, where that is not the booking's id: it was written to another account before.
CREATE TABLE "event_key" (
  "booking_id" UUID NOT NULL,
  "key" UUID NOT NULL,
  CONSTRAINT "event_key_pkey" PRIMARY KEY ("booking_id")
);
ALTER TABLE "event_key" ADD CONSTRAINT "event_key_booking_id_fkey"
  FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A booking's event in an account from before. WRITTEN: it stays there.
CREATE TABLE "former_event" (
  "key" UUID NOT NULL,
  "booking_id" UUID NOT NULL,
  "tenant_id" UUID NOT NULL,
  "connection_id" UUID NOT NULL,
  "status" "EventStatus" NOT NULL,
  "event_id" TEXT,
  "join_url" TEXT,
  "failure" TEXT,
  "claimed_at" TIMESTAMPTZ(3),
  "change_key" TEXT,
  "change" TEXT,
  "left_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "former_event_pkey" PRIMARY KEY ("key"),
  CONSTRAINT "former_event_status" CHECK ("status" IN ('WRITTEN', 'REMOVING', 'FAILED')),
  CONSTRAINT "former_event_change" CHECK ("change" IN ('series', 'moved', 'edited'))
);
CREATE INDEX "former_event_booking_id_idx" ON "former_event"("booking_id");
CREATE INDEX "former_event_tenant_id_status_idx" ON "former_event"("tenant_id", "status");
CREATE INDEX "former_event_connection_id_idx" ON "former_event"("connection_id");
-- Those that wait to be removed are looked for every two minutes.
CREATE INDEX "former_event_waiting_idx" ON "former_event"("key") WHERE ("status" = 'REMOVING');
ALTER TABLE "former_event" ADD CONSTRAINT "former_event_booking_id_fkey"
  FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "former_event" ADD CONSTRAINT "former_event_connection_id_fkey"
  FOREIGN KEY ("connection_id") REFERENCES "calendar_connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

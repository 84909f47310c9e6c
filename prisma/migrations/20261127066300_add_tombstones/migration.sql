-- What a restore of an older backup would bring back: connections that have ended and bookings whose client was erased, as ids
-- alone. The database notes each in the transaction in which it happens, whoever does it; a job writes them out and removes them.
CREATE TABLE "tombstone" (
  "id" BIGSERIAL NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "kind" TEXT NOT NULL,
  "tenant_id" UUID NOT NULL,
  "subject_id" UUID NOT NULL,
  CONSTRAINT "tombstone_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tombstone_kind" CHECK ("kind" IN ('connection', 'booking'))
);
CREATE FUNCTION note_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tombstone (kind, tenant_id, subject_id) VALUES (TG_ARGV[0], NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER "calendar_connection_tombstone" AFTER UPDATE OF "disconnected_at" ON "calendar_connection"
  FOR EACH ROW WHEN (OLD.disconnected_at IS NULL AND NEW.disconnected_at IS NOT NULL)
  EXECUTE FUNCTION note_tombstone('connection');
CREATE TRIGGER "booking_tombstone" AFTER UPDATE OF "client_email" ON "booking"
  FOR EACH ROW WHEN (NEW.client_email = 'erased' AND OLD.client_email <> 'erased')
  EXECUTE FUNCTION note_tombstone('booking');

-- Accounts whose calendars only make the therapist busy, beside the one that receives sessions (ACTIVE). A status of their own:
-- the release before reads the ACTIVE row of a tenant, and goes on finding the one that receives.
ALTER TYPE "ConnectionStatus" ADD VALUE 'BLOCKING';

-- Five accounts in use at most: the ACTIVE one and four slots. A column without a default: no row is rewritten.
ALTER TABLE "calendar_connection" ADD COLUMN "slot" SMALLINT;
-- The new value cannot be named as one in the transaction that adds it, its text can.
ALTER TABLE "calendar_connection" ADD CONSTRAINT "calendar_connection_blocking"
  CHECK (("status"::text = 'BLOCKING') = ("slot" IS NOT NULL));
ALTER TABLE "calendar_connection" ADD CONSTRAINT "calendar_connection_slot" CHECK ("slot" BETWEEN 1 AND 4);
-- It never writes: its grant reaches no further than reading.
ALTER TABLE "calendar_connection" ADD CONSTRAINT "calendar_connection_only_blocks"
  CHECK ("slot" IS NULL OR "access" = 'AVAILABILITY');
CREATE UNIQUE INDEX "calendar_connection_one_slot" ON "calendar_connection" ("tenant_id", "slot") WHERE ("slot" IS NOT NULL);
-- One account is in use once: it receives, or it only blocks.
CREATE UNIQUE INDEX "calendar_connection_one_account" ON "calendar_connection" ("tenant_id", "provider", "account_key")
  WHERE ("status" = 'ACTIVE' OR "slot" IS NOT NULL);

-- No booking without a look at every further account: the transaction that inserts it names those it has read, in the setting
-- booking.accounts_read. A process of the release before names none, and takes no booking where there are any.
CREATE FUNCTION require_further_accounts_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM calendar_connection c
    WHERE c.tenant_id = NEW.tenant_id AND c.slot IS NOT NULL
      AND c.id::text <> ALL (string_to_array(coalesce(current_setting('booking.accounts_read', true), ''), ','))
  ) THEN
    RAISE EXCEPTION 'booking_reads_every_account: an account was not read'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_reads_every_account';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "booking_reads_every_account" BEFORE INSERT ON "booking"
  FOR EACH ROW WHEN (NEW.status = 'CONFIRMED') EXECUTE FUNCTION require_further_accounts_read();

-- What the therapist has chosen for writing to a connected account. A connection without a row writes neutral words to the
-- account's default calendar and invites nobody, as all did before. A table of its own: nothing of what is there changes.
CREATE TABLE "connection_setting" (
  "connection_id" UUID NOT NULL,
  "tenant_id" UUID NOT NULL,
  "account_kind" TEXT,
  "writes_to" TEXT,
  "event_title" TEXT NOT NULL DEFAULT 'neutral',
  "invites" BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT "connection_setting_pkey" PRIMARY KEY ("connection_id"),
  CONSTRAINT "connection_setting_account_kind" CHECK ("account_kind" IN ('personal', 'organisation')),
  CONSTRAINT "connection_setting_event_title" CHECK ("event_title" IN ('neutral', 'initials', 'first_name', 'full_name')),
  -- Nothing about a client goes to an account that is not known to be an organisation's.
  CONSTRAINT "connection_setting_personal" CHECK (
    "account_kind" IS NOT DISTINCT FROM 'organisation' OR ("event_title" = 'neutral' AND NOT "invites"))
);
ALTER TABLE "connection_setting" ADD CONSTRAINT "connection_setting_connection_id_fkey"
  FOREIGN KEY ("connection_id") REFERENCES "calendar_connection"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE TRIGGER "connection_setting_keeps_tenant" BEFORE UPDATE ON "connection_setting"
  FOR EACH ROW EXECUTE FUNCTION refuse_tenant_change();

-- An account key of Microsoft's begins with the id of its tenant; that of personal accounts is the same everywhere
-- (learn.microsoft.com/entra/identity-platform/id-token-claims-reference, tid). Of Google's accounts nothing is known yet.
INSERT INTO "connection_setting" ("connection_id", "tenant_id", "account_kind")
SELECT "id", "tenant_id",
  CASE WHEN "account_key" LIKE '9188040d-6c67-4c5b-b112-36a304b66dad.%' THEN 'personal' ELSE 'organisation' END
FROM "calendar_connection" WHERE "provider" = 'MICROSOFT' AND "status" IN ('ACTIVE', 'PENDING');

-- The calendar that an event was written to; NULL: the account's default calendar, as before.
ALTER TABLE "booking" ADD COLUMN "event_calendar_id" TEXT;
ALTER TABLE "booking" ADD COLUMN "event_invited" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "former_event" ADD COLUMN "calendar_id" TEXT;
ALTER TABLE "former_event" ADD COLUMN "invited" BOOLEAN NOT NULL DEFAULT false;

-- Whether nothing may be written into a calendar, and what its last look found in the fortnight that followed: how many busy
-- times, and whether it had entries that are all marked as free. Never a time.
ALTER TABLE "calendar_detail" ADD COLUMN "read_only" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "calendar_detail" ADD COLUMN "busy_times" INTEGER;
ALTER TABLE "calendar_detail" ADD COLUMN "all_free" BOOLEAN;
ALTER TABLE "calendar_detail" ADD COLUMN "looked_at" TIMESTAMPTZ(3);
ALTER TABLE "calendar_detail" ADD CONSTRAINT "calendar_detail_look"
  CHECK (("busy_times" IS NULL) = ("looked_at" IS NULL) AND "busy_times" >= 0);

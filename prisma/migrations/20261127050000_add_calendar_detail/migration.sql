-- Whose a connected calendar is, and why it could not be read. A calendar without a row is the therapist's own and readable, as
-- all were that were connected before. A table of its own: nothing of what is there changes, and what is ticked stays ticked.
CREATE TABLE "calendar_detail" (
  "id" UUID NOT NULL,
  "tenant_id" UUID NOT NULL,
  "provider" "CalendarProviderType" NOT NULL,
  "kind" TEXT NOT NULL DEFAULT 'own',
  "owner_name" TEXT,
  "failure_reason" TEXT,
  "failing_since" TIMESTAMPTZ(3),
  CONSTRAINT "calendar_detail_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "calendar_detail" ADD CONSTRAINT "calendar_detail_id_fkey"
  FOREIGN KEY ("id") REFERENCES "connected_calendar"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "calendar_detail" ADD CONSTRAINT "calendar_detail_kind" CHECK ("kind" IN ('own', 'foreign', 'hidden'));
ALTER TABLE "calendar_detail" ADD CONSTRAINT "calendar_detail_owner_name_sealed"
  CHECK ("owner_name" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$');
ALTER TABLE "calendar_detail" ADD CONSTRAINT "calendar_detail_failure"
  CHECK (("failure_reason" IS NULL) = ("failing_since" IS NULL));
CREATE TRIGGER "calendar_detail_keeps_tenant" BEFORE UPDATE ON "calendar_detail"
  FOR EACH ROW EXECUTE FUNCTION refuse_tenant_change();

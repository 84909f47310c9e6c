-- When the hourly maintenance of a connection is due. NULL: it has not been scheduled yet. A column without a default: no row is
-- rewritten, and the release before goes on inserting.
ALTER TABLE "calendar_connection" ADD COLUMN "maintain_at" TIMESTAMPTZ(3);
CREATE INDEX "calendar_connection_maintain_at_idx" ON "calendar_connection" ("maintain_at") WHERE ("status" IN ('ACTIVE', 'BLOCKING'));

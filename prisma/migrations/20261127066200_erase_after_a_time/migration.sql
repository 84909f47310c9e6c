-- How many days after a session its client's data are erased. Practices that are there keep theirs, until their owner decides
-- (NULL); new ones start with two years.
ALTER TABLE "tenant" ADD COLUMN "retention_days" INTEGER,
  ADD CONSTRAINT "tenant_retention_days" CHECK ("retention_days" BETWEEN 90 AND 3650);
ALTER TABLE "tenant" ALTER COLUMN "retention_days" SET DEFAULT 730;
-- Connections that have ended and still hold their account's id.
CREATE INDEX "calendar_connection_not_erased_idx" ON "calendar_connection" ("disconnected_at")
  WHERE "status" = 'DISCONNECTED' AND left("account_key", 7) <> 'erased:';

-- Since when everything of a practice is being removed, which nothing undoes. No row is rewritten.
ALTER TABLE "tenant" ADD COLUMN "offboarding_at" TIMESTAMPTZ(3);
ALTER TABLE "tenant" ADD CONSTRAINT "tenant_offboarding"
  CHECK ("offboarding_at" IS NULL OR ("closed_at" IS NOT NULL AND "suspended_at" IS NOT NULL));

-- A practice whose removal has begun, or that was deleted by hand, would come back with a restore, too.
ALTER TABLE "tombstone" DROP CONSTRAINT "tombstone_kind";
ALTER TABLE "tombstone" ADD CONSTRAINT "tombstone_kind" CHECK ("kind" IN ('connection', 'booking', 'tenant'));
CREATE FUNCTION note_tenant_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tombstone (kind, tenant_id, subject_id) VALUES ('tenant', OLD.id, OLD.id);
  RETURN NULL;
END $$;
CREATE TRIGGER "tenant_offboarding_tombstone" AFTER UPDATE OF "offboarding_at" ON "tenant"
  FOR EACH ROW WHEN (OLD.offboarding_at IS NULL AND NEW.offboarding_at IS NOT NULL)
  EXECUTE FUNCTION note_tenant_tombstone();
CREATE TRIGGER "tenant_deleted_tombstone" AFTER DELETE ON "tenant"
  FOR EACH ROW WHEN (OLD.offboarding_at IS NULL) EXECUTE FUNCTION note_tenant_tombstone();

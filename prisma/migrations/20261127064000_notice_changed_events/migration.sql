-- When each written event is next compared with its session, and what it was found to differ in. Tables of their own: nothing of
-- what is there changes. Who writes an event, a process of an earlier release too, has it compared, by the trigger.
CREATE TABLE "event_comparison" (
  "booking_id" UUID NOT NULL,
  "tenant_id" UUID NOT NULL,
  "compare_at" TIMESTAMPTZ(3),
  CONSTRAINT "event_comparison_pkey" PRIMARY KEY ("booking_id")
);
ALTER TABLE "event_comparison" ADD CONSTRAINT "event_comparison_booking_id_fkey"
  FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "event_comparison_compare_at_idx" ON "event_comparison" ("compare_at");
CREATE INDEX "event_comparison_tenant_id_compare_at_idx" ON "event_comparison" ("tenant_id", "compare_at");

CREATE TABLE "event_difference" (
  "id" UUID NOT NULL,
  "booking_id" UUID NOT NULL,
  "tenant_id" UUID NOT NULL,
  "event_id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "starts_at" TIMESTAMPTZ(3),
  "ends_at" TIMESTAMPTZ(3),
  "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
  "shown_since" TIMESTAMPTZ(3),
  "answer" TEXT,
  "answered_at" TIMESTAMPTZ(3),
  CONSTRAINT "event_difference_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "event_difference_kind" CHECK ("kind" IN ('moved', 'gone', 'series', 'conflict')),
  CONSTRAINT "event_difference_times" CHECK (("starts_at" IS NULL) = ("ends_at" IS NULL)),
  CONSTRAINT "event_difference_answer" CHECK ("answer" IN ('put_back', 'write_again', 'leave')),
  CONSTRAINT "event_difference_answered" CHECK (("answer" IS NULL) = ("answered_at" IS NULL))
);
ALTER TABLE "event_difference" ADD CONSTRAINT "event_difference_booking_id_fkey"
  FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- Of the event itself one, and one conflict at the session's time.
CREATE UNIQUE INDEX "event_difference_one_of_a_kind" ON "event_difference" ("booking_id", ("kind" = 'conflict'));
CREATE INDEX "event_difference_shown" ON "event_difference" ("tenant_id")
  WHERE "shown_since" IS NOT NULL AND "answer" IS NULL;

-- A written event is compared from then on; one that is not written any more is not, and what was found of it is forgotten,
-- but for what the therapist has answered.
CREATE FUNCTION compare_written_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event_status = 'WRITTEN' AND NEW.status = 'CONFIRMED' AND NEW.event_id IS NOT NULL THEN
    IF TG_OP = 'UPDATE' THEN
      IF OLD.event_status = 'WRITTEN' AND OLD.event_id IS NOT DISTINCT FROM NEW.event_id THEN
        RETURN NULL;
      END IF;
      DELETE FROM event_difference WHERE booking_id = NEW.id AND answer IS NULL;
    END IF;
    INSERT INTO event_comparison (booking_id, tenant_id) VALUES (NEW.id, NEW.tenant_id)
    ON CONFLICT (booking_id) DO UPDATE SET compare_at = NULL;
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD.event_status = 'WRITTEN' THEN
      DELETE FROM event_comparison WHERE booking_id = NEW.id;
      DELETE FROM event_difference WHERE booking_id = NEW.id AND answer IS NULL;
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "booking_event_is_compared" AFTER UPDATE OF "event_status", "event_id", "status" ON "booking"
  FOR EACH ROW WHEN (OLD."event_status" = 'WRITTEN' OR NEW."event_status" = 'WRITTEN')
  EXECUTE FUNCTION compare_written_event();
CREATE TRIGGER "booking_with_event_is_compared" AFTER INSERT ON "booking"
  FOR EACH ROW WHEN (NEW."event_status" = 'WRITTEN' AND NEW."event_id" IS NOT NULL)
  EXECUTE FUNCTION compare_written_event();

INSERT INTO "event_comparison" ("booking_id", "tenant_id")
SELECT "id", "tenant_id" FROM "booking"
WHERE "event_status" = 'WRITTEN' AND "status" = 'CONFIRMED' AND "event_id" IS NOT NULL AND "ends_at" > now();

-- Since when a practice takes no bookings any more. A column without a default: no row is rewritten, and practices that are there
-- stay open.
ALTER TABLE "tenant" ADD COLUMN "closed_at" TIMESTAMPTZ(3);

-- No booking at a closed practice, whoever inserts it: a process of the release before does not know the column. The row is locked:
-- of a booking and a closing at one time, the booking is there before, or is refused.
CREATE FUNCTION require_open_practice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM tenant t WHERE t.id = NEW.tenant_id AND t.closed_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'booking_practice_open: the practice is closed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_practice_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "booking_practice_open" BEFORE INSERT ON "booking"
  FOR EACH ROW WHEN (NEW.status = 'CONFIRMED') EXECUTE FUNCTION require_open_practice();

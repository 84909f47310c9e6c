-- A booking takes its times from a service, so these are the limits of service_minutes. Reads around a time rely on them to
-- bound starts_at.
ALTER TABLE "booking" ADD CONSTRAINT "booking_lengths"
  CHECK ("ends_at" - "starts_at" <= interval '12 hours' AND "starts_at" - "blocked_from" <= interval '4 hours'
    AND "blocked_until" - "ends_at" <= interval '4 hours');

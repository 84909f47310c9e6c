-- Bookings and audit rows are kept for years; what runs every two minutes or every night must not read them all.

-- Bookings whose event waits to be written or removed: a handful, whatever the history.
CREATE INDEX "booking_event_waiting_idx" ON "booking" ("tenant_id") WHERE ("event_status" IN ('PENDING', 'REMOVING'));

-- Removing a connection makes PostgreSQL look for the bookings that refer to it (ON DELETE SET NULL).
CREATE INDEX "booking_event_connection_id_idx" ON "booking"("event_connection_id");

-- The nightly purge asks for audit rows older than six years, of all tenants.
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

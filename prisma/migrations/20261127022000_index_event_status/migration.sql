-- Nothing of what is there changes. Finds the events that could not be removed without reading the tenant's other bookings.
CREATE INDEX "booking_tenant_id_event_status_ends_at_idx" ON "booking"("tenant_id", "event_status", "ends_at");

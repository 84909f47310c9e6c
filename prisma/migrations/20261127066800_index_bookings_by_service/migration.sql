-- Removing a practice removes its services: for each PostgreSQL looks for bookings of it, else among those of every practice.
CREATE INDEX "booking_service_id_idx" ON "booking"("service_id");

-- Nothing of what is there changes. Finds what is kept of one client, and, of each practice, the sessions whose client's data
-- are old enough to be erased, without reading the others. An erased booking has this word where the address was.
CREATE INDEX "booking_client_idx" ON "booking" (lower("client_email")) WHERE "client_email" <> 'erased';
CREATE INDEX "booking_not_erased_idx" ON "booking" ("tenant_id", "ends_at") WHERE "client_email" <> 'erased';
CREATE INDEX "booking_cancelled_not_erased_idx" ON "booking" ("tenant_id", "ends_at")
  WHERE "client_email" <> 'erased' AND "status" = 'CANCELLED';

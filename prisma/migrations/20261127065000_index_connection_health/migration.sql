-- Metrics count connections by health every few seconds.
CREATE INDEX "calendar_connection_health_idx" ON "calendar_connection" ("provider", "failure_reason") WHERE ("status" = 'ACTIVE');

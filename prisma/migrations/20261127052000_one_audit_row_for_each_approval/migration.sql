-- The link that a therapist passes to her administrator works for a week, for whoever holds it. However often it is opened,
-- each outcome of one link is recorded once: rows of this table stay for years.
CREATE UNIQUE INDEX "audit_event_one_for_each_approval" ON "audit_event" ("subject_id", "action") WHERE "actor" = 'administrator';

-- In which of her calendars something else stands at a session's time. NULL: found by an earlier release, in the account that
-- receives. No foreign key: an array has none, and a calendar that is gone is not named.
ALTER TABLE "event_difference" ADD COLUMN "calendar_ids" UUID[];

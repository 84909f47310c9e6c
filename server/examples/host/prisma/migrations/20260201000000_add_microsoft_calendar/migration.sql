ALTER TYPE "CalendarProviderName" ADD VALUE 'MICROSOFT';

CREATE TABLE "CalendarConnection" (
  "id" TEXT PRIMARY KEY,
  "tenantId" TEXT NOT NULL UNIQUE REFERENCES "Tenant",
  "provider" TEXT NOT NULL,
  "accountKey" TEXT NOT NULL,
  "accountAddress" TEXT,
  "access" TEXT NOT NULL,
  "calendarIds" TEXT[] NOT NULL,
  "knownCalendarIds" TEXT[] NOT NULL,
  "scopes" TEXT[] NOT NULL,
  "tokenCache" TEXT NOT NULL,
  "tokenVersion" INTEGER NOT NULL DEFAULT 1,
  "accessExpiresAt" TIMESTAMPTZ(3),
  "refreshedAt" TIMESTAMPTZ(3) NOT NULL,
  "leaseOwner" TEXT,
  "leaseUntil" TIMESTAMPTZ(3),
  "lastReadAt" TIMESTAMPTZ(3),
  "failure" TEXT,
  "failingSince" TIMESTAMPTZ(3)
);

CREATE TABLE "CalendarPause" (
  "provider" TEXT NOT NULL,
  "accountKey" TEXT NOT NULL,
  "until" TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY ("provider", "accountKey")
);

CREATE TABLE "CalendarAttempt" (
  "stateHash" TEXT PRIMARY KEY,
  "tenantId" TEXT NOT NULL REFERENCES "Tenant",
  "sealed" TEXT NOT NULL,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL
);

ALTER TABLE "Booking"
  ADD COLUMN "eventId" TEXT,
  ADD COLUMN "eventAccountKey" TEXT,
  ADD COLUMN "eventBegunAt" TIMESTAMPTZ(3),
  ADD COLUMN "eventFailures" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "eventFailure" TEXT,
  ADD COLUMN "eventDueAt" TIMESTAMPTZ(3),
  ADD COLUMN "eventClaim" TEXT,
  ADD COLUMN "eventClaimUntil" TIMESTAMPTZ(3);
CREATE INDEX "Booking_eventDueAt_idx" ON "Booking" ("eventDueAt");

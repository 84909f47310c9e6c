CREATE TYPE "CalendarProviderName" AS ENUM ('MOCK', 'GOOGLE');

CREATE TABLE "Tenant" (
  "id" TEXT PRIMARY KEY,
  "apiToken" TEXT NOT NULL UNIQUE,
  "timeZone" TEXT NOT NULL,
  "calendarProvider" "CalendarProviderName" NOT NULL DEFAULT 'MOCK'
);

CREATE TABLE "Booking" (
  "id" TEXT PRIMARY KEY,
  "tenantId" TEXT NOT NULL REFERENCES "Tenant",
  "clientName" TEXT NOT NULL,
  "startsAt" TIMESTAMPTZ(3) NOT NULL,
  "endsAt" TIMESTAMPTZ(3) NOT NULL,
  "cancelled" BOOLEAN NOT NULL DEFAULT false
);

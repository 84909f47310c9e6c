-- Existing tenants keep GOOGLE; no row is rewritten.
ALTER TYPE "CalendarProviderType" ADD VALUE 'MICROSOFT';

-- The language of a practice's own pages, the languages that its clients may read, and how its times are written. Practices
-- that are there keep what they had: English, and 12 hours.
ALTER TABLE "tenant"
  ADD COLUMN "language" TEXT NOT NULL DEFAULT 'en',
  ADD COLUMN "languages" TEXT[] NOT NULL DEFAULT ARRAY['en'],
  ADD COLUMN "clock" TEXT NOT NULL DEFAULT '12h',
  ADD CONSTRAINT "tenant_language" CHECK ("language" IN ('en', 'de')),
  ADD CONSTRAINT "tenant_languages" CHECK (
    "languages" <@ ARRAY['en', 'de'] AND "language" = ANY ("languages") AND cardinality("languages") <= 2
  ),
  -- German has no 12-hour clock in writing.
  ADD CONSTRAINT "tenant_clock" CHECK ("clock" = '24h' OR ("clock" = '12h' AND "language" = 'en'));

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "CalendarProviderType" AS ENUM ('GOOGLE');

-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('OWNER', 'MEMBER');

-- CreateEnum
CREATE TYPE "BookingStatus" AS ENUM ('CONFIRMED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "EventStatus" AS ENUM ('NOT_WANTED', 'PENDING', 'WRITTEN', 'REMOVING', 'REMOVED', 'FAILED');

-- CreateEnum
CREATE TYPE "CalendarCheck" AS ENUM ('FRESH', 'REMEMBERED', 'NONE');

-- CreateEnum
CREATE TYPE "CalendarAccess" AS ENUM ('AVAILABILITY', 'BOOKINGS');

-- CreateEnum
CREATE TYPE "ConnectionStatus" AS ENUM ('PENDING', 'ACTIVE', 'DISCONNECTED');

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "calendar_provider" "CalendarProviderType" NOT NULL DEFAULT 'GOOGLE',
    "slot_grid_minutes" INTEGER NOT NULL DEFAULT 30,
    "minimum_notice_minutes" INTEGER NOT NULL DEFAULT 240,
    "horizon_days" INTEGER NOT NULL DEFAULT 90,
    "tentative_blocks" BOOLEAN NOT NULL DEFAULT true,
    "working_elsewhere_blocks" BOOLEAN NOT NULL DEFAULT false,
    "contact_line" TEXT,
    "suspended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "role" "UserRole" NOT NULL DEFAULT 'OWNER',
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "duration_minutes" INTEGER NOT NULL,
    "buffer_before_minutes" INTEGER NOT NULL DEFAULT 0,
    "buffer_after_minutes" INTEGER NOT NULL DEFAULT 0,
    "online" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "working_hours" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "weekday" INTEGER NOT NULL,
    "start_minute" INTEGER NOT NULL,
    "end_minute" INTEGER NOT NULL,

    CONSTRAINT "working_hours_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "booking" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "blocked_from" TIMESTAMPTZ(3) NOT NULL,
    "blocked_until" TIMESTAMPTZ(3) NOT NULL,
    "status" "BookingStatus" NOT NULL DEFAULT 'CONFIRMED',
    "client_name" TEXT NOT NULL,
    "client_email" TEXT NOT NULL,
    "manage_token_hash" TEXT NOT NULL,
    "idempotency_key_hash" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "calendar_check" "CalendarCheck" NOT NULL,
    "calendar_checked_at" TIMESTAMPTZ(3),
    "event_status" "EventStatus" NOT NULL,
    "event_id" TEXT,
    "event_connection_id" UUID,
    "event_join_url" TEXT,
    "event_failure" TEXT,
    "cancelled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "booking_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calendar_connection" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "provider" "CalendarProviderType" NOT NULL,
    "status" "ConnectionStatus" NOT NULL,
    "access" "CalendarAccess" NOT NULL,
    "account_key" TEXT NOT NULL,
    "account_address" TEXT,
    "scopes" TEXT[],
    "token_cache" TEXT,
    "token_version" INTEGER NOT NULL DEFAULT 1,
    "access_expires_at" TIMESTAMPTZ(3),
    "refreshed_at" TIMESTAMPTZ(3),
    "lease_owner" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "last_read_at" TIMESTAMPTZ(3),
    "failure_reason" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disconnected_at" TIMESTAMPTZ(3),

    CONSTRAINT "calendar_connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connected_calendar" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "provider" "CalendarProviderType" NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_default" BOOLEAN NOT NULL,
    "blocks" BOOLEAN NOT NULL DEFAULT true,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connected_calendar_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oauth_attempt" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "session_hash" TEXT NOT NULL,
    "provider" "CalendarProviderType" NOT NULL,
    "state_hash" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "code_verifier" TEXT NOT NULL,
    "access" "CalendarAccess" NOT NULL,
    "scopes" TEXT[],
    "expected_account" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),

    CONSTRAINT "oauth_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tenant_id" UUID,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_id" TEXT,
    "request_id" TEXT,
    "detail" JSONB,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token_key_check" (
    "kid" TEXT NOT NULL,
    "sentinel" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "token_key_check_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "session" (
    "sid" VARCHAR NOT NULL,
    "sess" JSON NOT NULL,
    "expire" TIMESTAMP(6) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("sid")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "app_user_tenant_id_idx" ON "app_user"("tenant_id");

-- CreateIndex
CREATE INDEX "service_tenant_id_idx" ON "service"("tenant_id");

-- CreateIndex
CREATE INDEX "working_hours_tenant_id_idx" ON "working_hours"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "booking_manage_token_hash_key" ON "booking"("manage_token_hash");

-- CreateIndex
CREATE INDEX "booking_tenant_id_starts_at_idx" ON "booking"("tenant_id", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "booking_tenant_id_idempotency_key_hash_key" ON "booking"("tenant_id", "idempotency_key_hash");

-- CreateIndex
CREATE INDEX "calendar_connection_tenant_id_idx" ON "calendar_connection"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "connected_calendar_connection_id_external_id_key" ON "connected_calendar"("connection_id", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_attempt_state_hash_key" ON "oauth_attempt"("state_hash");

-- CreateIndex
CREATE INDEX "oauth_attempt_user_id_idx" ON "oauth_attempt"("user_id");

-- CreateIndex
CREATE INDEX "audit_event_tenant_id_at_idx" ON "audit_event"("tenant_id", "at");

-- CreateIndex
CREATE INDEX "session_expire_idx" ON "session"("expire");

-- AddForeignKey
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "booking" ADD CONSTRAINT "booking_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "booking" ADD CONSTRAINT "booking_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "booking" ADD CONSTRAINT "booking_event_connection_id_fkey" FOREIGN KEY ("event_connection_id") REFERENCES "calendar_connection"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calendar_connection" ADD CONSTRAINT "calendar_connection_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connected_calendar" ADD CONSTRAINT "connected_calendar_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "calendar_connection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_attempt" ADD CONSTRAINT "oauth_attempt_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_attempt" ADD CONSTRAINT "oauth_attempt_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema cannot say.

-- Two confirmed bookings of one tenant never share an instant, buffers included.
-- btree_gist is a trusted extension: the database's owner may install it.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE "booking" ADD CONSTRAINT "booking_no_overlap"
  EXCLUDE USING gist ("tenant_id" WITH =, tstzrange("blocked_from", "blocked_until") WITH &&) WHERE ("status" = 'CONFIRMED');
-- A zero-length range overlaps nothing, so the exclusion constraint would let it in.
ALTER TABLE "booking" ADD CONSTRAINT "booking_times"
  CHECK ("ends_at" > "starts_at" AND "blocked_from" <= "starts_at" AND "blocked_until" >= "ends_at");
ALTER TABLE "booking" ADD CONSTRAINT "booking_cancelled_at" CHECK (("status" = 'CANCELLED') = ("cancelled_at" IS NOT NULL));

ALTER TABLE "service" ADD CONSTRAINT "service_minutes"
  CHECK ("duration_minutes" BETWEEN 5 AND 720 AND "buffer_before_minutes" BETWEEN 0 AND 240 AND "buffer_after_minutes" BETWEEN 0 AND 240);
ALTER TABLE "tenant" ADD CONSTRAINT "tenant_rules"
  CHECK ("slot_grid_minutes" BETWEEN 5 AND 240 AND "minimum_notice_minutes" >= 0 AND "horizon_days" BETWEEN 1 AND 366);
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_range"
  CHECK ("weekday" BETWEEN 1 AND 7 AND "start_minute" >= 0 AND "end_minute" <= 1440 AND "start_minute" < "end_minute");
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_no_overlap"
  EXCLUDE USING gist ("tenant_id" WITH =, "weekday" WITH =, int4range("start_minute", "end_minute") WITH &&);
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_email_lower" CHECK ("email" = lower("email"));

-- One live connection a tenant, and one that waits for the therapist's word.
CREATE UNIQUE INDEX "calendar_connection_one_active" ON "calendar_connection" ("tenant_id") WHERE ("status" = 'ACTIVE');
CREATE UNIQUE INDEX "calendar_connection_one_pending" ON "calendar_connection" ("tenant_id") WHERE ("status" = 'PENDING');
-- Disconnected means shredded.
ALTER TABLE "calendar_connection" ADD CONSTRAINT "calendar_connection_tokens"
  CHECK (("status" = 'DISCONNECTED') = ("token_cache" IS NULL));

-- A sealed column holds sealed text or nothing, whoever writes it and however.
ALTER TABLE "calendar_connection" ADD CONSTRAINT "calendar_connection_token_cache_sealed"
  CHECK ("token_cache" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$');
ALTER TABLE "oauth_attempt" ADD CONSTRAINT "oauth_attempt_code_verifier_sealed"
  CHECK ("code_verifier" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$');
ALTER TABLE "connected_calendar" ADD CONSTRAINT "connected_calendar_name_sealed"
  CHECK ("name" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$');
ALTER TABLE "token_key_check" ADD CONSTRAINT "token_key_check_sentinel_sealed"
  CHECK ("sentinel" ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$');

-- A row never changes its tenant: sealed values are bound to it.
CREATE FUNCTION refuse_tenant_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.tenant_id IS DISTINCT FROM OLD.tenant_id THEN
    RAISE EXCEPTION 'tenant_id of % cannot change', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "booking_keeps_tenant" BEFORE UPDATE ON "booking" FOR EACH ROW EXECUTE FUNCTION refuse_tenant_change();
CREATE TRIGGER "calendar_connection_keeps_tenant" BEFORE UPDATE ON "calendar_connection" FOR EACH ROW EXECUTE FUNCTION refuse_tenant_change();
CREATE TRIGGER "connected_calendar_keeps_tenant" BEFORE UPDATE ON "connected_calendar" FOR EACH ROW EXECUTE FUNCTION refuse_tenant_change();

-- The audit log is append-only; only its retention time (six years) lets a row go.
CREATE FUNCTION keep_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < clock_timestamp() - interval '6 years' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE ON "audit_event" FOR EACH ROW EXECUTE FUNCTION keep_audit_event();
CREATE TRIGGER "audit_event_no_truncate" BEFORE TRUNCATE ON "audit_event" FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_event();

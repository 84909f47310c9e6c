-- Links by which a user sets her password once, without knowing the one before. A table of its own: nothing of what is there
-- changes. The token is nowhere: its hash is. One link a user, so that a new one ends the one before.
CREATE TABLE "password_link" (
  "user_id" UUID NOT NULL,
  "token_hash" TEXT NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "password_link_pkey" PRIMARY KEY ("user_id")
);
CREATE UNIQUE INDEX "password_link_token_hash_key" ON "password_link"("token_hash");
CREATE INDEX "password_link_expires_at_idx" ON "password_link"("expires_at");
ALTER TABLE "password_link" ADD CONSTRAINT "password_link_user_id_fkey"
  FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- While token keys are rotated, /readyz looks for tokens under a key that its process lacks, at every poll: the key id is what
-- stands between the first two points of the ciphertext.
CREATE INDEX "calendar_connection_token_key_idx" ON "calendar_connection" (split_part("token_cache", '.', 2));

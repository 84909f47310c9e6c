-- Nothing of what is there changes. Finds the web sessions of one user, to end them all, without reading the others.
CREATE INDEX "session_user_id_idx" ON "session" (("sess" ->> 'userId'));

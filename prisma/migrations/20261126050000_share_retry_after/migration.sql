-- Nothing of what is there changes.
CREATE TABLE "mailbox_hold" (
    "provider" "CalendarProviderType" NOT NULL,
    "account_key" TEXT NOT NULL,
    "held_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mailbox_hold_pkey" PRIMARY KEY ("provider","account_key")
);

-- In a ring, why the one who asks helps the next; the reasons of the others stand with them.
ALTER TABLE suggestion ADD COLUMN asker_reasons TEXT NOT NULL DEFAULT '[]';
-- The post of somebody whom the concierge might expect as the first helper, and why they are not.
ALTER TABLE suggestion ADD COLUMN passed_over TEXT;
ALTER TABLE suggestion ADD COLUMN passed_over_cause TEXT;

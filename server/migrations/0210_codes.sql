-- What a check found, besides in English: as a code, and as JSON what belongs to it. None where it is in
-- words of others, and where it was found before this column was there.
ALTER TABLE reason ADD COLUMN code TEXT;
ALTER TABLE reason ADD COLUMN code_values TEXT;

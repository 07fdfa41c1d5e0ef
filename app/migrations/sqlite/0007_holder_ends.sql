-- Why something stands in somebody's inbox no more.
ALTER TABLE holder ADD COLUMN ended TEXT;

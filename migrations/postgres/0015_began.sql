-- +goose Up
-- When a worker began a job that had been handed over in vain before: a job that
-- was only in the hands of a process that died has not been tried.
ALTER TABLE jobs ADD COLUMN began_at timestamptz;

-- +goose Down
ALTER TABLE jobs DROP COLUMN began_at;

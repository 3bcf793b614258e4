-- Three roles, each with no more than it needs. Run once by an administrator in Tillside's database,
-- before the first `tillside db upgrade`:
--
--   psql --dbname tillside --file deploy/postgresql/roles.sql
--   psql --dbname tillside --command '\password tillside_owner'     (and so on: no password stands here)
--
--   tillside_owner   owns the tables; only `tillside db upgrade` runs with it
--   tillside_app     reads and writes rows; DATABASE_URL of web, worker and scheduler
--   tillside_inbox   adds deliveries and can read none; INBOX_DATABASE_URL of web

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tillside_owner', 'tillside_app', 'tillside_inbox'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
    END IF;
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format(
    'GRANT CONNECT, TEMPORARY ON DATABASE %I TO tillside_owner, tillside_app', current_database()
  );
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO tillside_inbox', current_database());
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO tillside_owner;
GRANT USAGE ON SCHEMA public TO tillside_app, tillside_inbox;

-- What there is already, and what later versions add.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tillside_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tillside_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tillside_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tillside_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tillside_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO tillside_app;

-- To be run again after the first `tillside db upgrade`, which makes the table.
DO $$
BEGIN
  IF to_regclass('public.deliveries') IS NOT NULL THEN
    GRANT INSERT, SELECT (dedupe_key) ON deliveries TO tillside_inbox;
    GRANT USAGE ON SEQUENCE deliveries_id_seq TO tillside_inbox;
  END IF;
END
$$;

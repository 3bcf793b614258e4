#!/bin/sh
# Run by the image of PostgreSQL once, when it makes its files: the role that the processes have.
# It owns its database and is no superuser, so that row-level security holds it.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set "word=$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE tillside LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'word';
CREATE DATABASE tillside OWNER tillside;
SQL
